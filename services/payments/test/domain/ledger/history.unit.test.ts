import fc from 'fast-check';
import { expect, it } from 'vitest';
import { availableMinor } from '../../../src/domain/ledger/account.js';
import { absorb, applyUnit } from '../../../src/domain/ledger/apply.js';
import type { Command } from '../../../src/domain/ledger/ledger.js';
import { given } from '../../support/ledger-state.js';
import { NaiveBook } from '../../support/naive-book.js';

const RUNS = process.env.FLORIN_NIGHTLY === 'true' ? 5_000 : 300;

const someAccount = fc.constantFrom('bank', 'a', 'b');
const someAmount = fc.bigInt({ min: -2n, max: 150n });
const someCommand = (index: number): fc.Arbitrary<Command> => {
  const earlier = fc.nat({ max: Math.max(index - 1, 0) }).map((at) => `t${at}`);
  const transfer_id = `t${index}`;
  return fc.oneof(
    fc.record({
      kind: fc.constantFrom('single' as const, 'pending' as const),
      transfer_id: fc.constant(transfer_id),
      debit_account_id: someAccount,
      credit_account_id: someAccount,
      amount_minor: someAmount,
      currency: fc.constant('USD'),
      reference: fc.constant(''),
    }),
    fc.record({ pending_id: earlier, amount_minor: someAmount }).map((named) => ({
      kind: 'post' as const,
      transfer_id,
      reference: '',
      ...named,
    })),
    earlier.map((pending_id) => ({ kind: 'void' as const, transfer_id, pending_id, reference: '' })),
    earlier.map((reverses_id) => ({ kind: 'reversal' as const, transfer_id, reverses_id, reference: '' })),
  );
};
const someHistory = fc
  .integer({ min: 1, max: 40 })
  .chain((length) => fc.tuple(...Array.from({ length }, (_, index) => someCommand(index))));

it('does and refuses what a naive book does and refuses, and comes to the same balances', () => {
  fc.assert(
    fc.property(someHistory, (history) => {
      const state = given();
      const naive = new NaiveBook();
      for (const command of history) {
        const applied = applyUnit(state, [command]);
        expect('refusal' in applied ? 'refused' : 'done').toBe(naive.do(command) ? 'done' : 'refused');
        if (!('refusal' in applied)) absorb(state, applied);
      }
      for (const id of ['a', 'b']) {
        const one = state.accounts.get(id);
        expect(one && availableMinor(one)).toBe(naive.available(id));
      }
    }),
    { numRuns: RUNS },
  );
});

it('keeps debits equal to credits, balances equal to the replay of entries, and every limit', () => {
  fc.assert(
    fc.property(someHistory, (history) => {
      const state = given();
      const sums = new Map<string, bigint>();
      const add = (key: string, minor: bigint) => sums.set(key, (sums.get(key) ?? 0n) + minor);
      for (const command of history) {
        const applied = applyUnit(state, [command]);
        if ('refusal' in applied) continue;
        absorb(state, applied);
        expect(applied.entries.map(({ side }) => side)).toEqual(['debit', 'credit']);
        for (const { account_id, side, posted_minor, pending_minor } of applied.entries) {
          add(side, posted_minor);
          add(`${side} pending`, pending_minor);
          add(`${account_id} ${side}`, posted_minor);
          add(`${account_id} ${side} pending`, pending_minor);
        }
        for (const one of state.accounts.values()) {
          expect(one.min_available_minor === null || availableMinor(one) >= one.min_available_minor).toBe(
            true,
          );
        }
      }
      expect(sums.get('debit')).toBe(sums.get('credit'));
      expect(sums.get('debit pending')).toBe(sums.get('credit pending'));
      const before = given();
      for (const [id, one] of state.accounts) {
        const start = before.accounts.get(id);
        const at = (key: string) => sums.get(`${id} ${key}`) ?? 0n;
        expect(one.debits_posted_minor).toBe((start?.debits_posted_minor ?? 0n) + at('debit'));
        expect(one.credits_posted_minor).toBe((start?.credits_posted_minor ?? 0n) + at('credit'));
        expect(one.debits_pending_minor).toBe(at('debit pending'));
        expect(one.credits_pending_minor).toBe(at('credit pending'));
      }
    }),
    { numRuns: RUNS },
  );
});
