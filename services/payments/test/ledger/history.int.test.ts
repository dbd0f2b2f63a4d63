import { newId } from '@florin/chassis';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkLedger } from '../../src/ledger/check-ledger.js';
import type { LedgerCommand, Unit, UnitOutcome } from '../../src/ledger/unit.js';
import {
  balancesOf,
  move,
  now,
  startTestLedger,
  type TestLedger,
  type TestWallet,
} from '../support/ledger.js';

const isNightly = process.env.FLORIN_NIGHTLY === 'true';
/** Histories that run side by side, so that their units meet in batches as those of many people do. */
const SIDE_BY_SIDE = 10;
const RUNS_EACH = isNightly ? 300 : 25;
const START_MINOR = 100n;

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await startTestLedger('history');
});
afterAll(async () => {
  await ledger.stop();
});

/** What a client asks for, by numbers that stand for wallets and for earlier transfers of the history. */
const someStep = fc.record({
  kind: fc.constantFrom('single' as const, 'single' as const, 'pending' as const, 'post', 'void', 'reversal'),
  from: fc.nat({ max: 3 }),
  to: fc.nat({ max: 3 }),
  amount_minor: fc.bigInt({ min: 0n, max: 80n }),
  earlier: fc.nat(),
});
type Step = typeof someStep extends fc.Arbitrary<infer S> ? S : never;
/** A unit links up to three of them, and goes to one of the two processes. */
const someUnit = fc.record({
  steps: fc.array(someStep, { minLength: 1, maxLength: 3 }),
  writer: fc.constantFrom(0 as const, 1 as const),
});
/** What is asked at once; a later wave can settle what an earlier one reserved. */
const someWaves = fc.array(fc.array(someUnit, { minLength: 1, maxLength: 6 }), {
  minLength: 1,
  maxLength: 4,
});

/** What the committed units of a history must have come to, whatever their order was. */
class Expected {
  readonly balances: Map<string, bigint>;
  readonly made: { transfer_id: string; from: string; to: string; amount: bigint; isHold: boolean }[] = [];

  constructor(wallets: readonly TestWallet[]) {
    this.balances = new Map(
      wallets.map(({ wallet_id }, index) => [wallet_id, index === 0 ? 0n : START_MINOR]),
    );
  }

  private shift(from: string, to: string, amount: bigint): void {
    this.balances.set(from, (this.balances.get(from) ?? 0n) - amount);
    this.balances.set(to, (this.balances.get(to) ?? 0n) + amount);
  }

  add(command: LedgerCommand): void {
    const named =
      'pending_id' in command ? command.pending_id : 'reverses_id' in command ? command.reverses_id : '';
    const first = this.made.find(({ transfer_id }) => transfer_id === named);
    const { transfer_id } = command;
    if (command.kind === 'single' || command.kind === 'pending') {
      const isHold = command.kind === 'pending';
      const [from, to] = [String(command.debit), String(command.credit)];
      this.made.push({ transfer_id, from, to, amount: command.amount_minor, isHold });
      if (!isHold) this.shift(from, to, command.amount_minor);
    } else if (first !== undefined && command.kind === 'post') {
      this.made.push({ ...first, transfer_id, amount: command.amount_minor, isHold: false });
      this.shift(first.from, first.to, command.amount_minor);
    } else if (first !== undefined && command.kind === 'reversal') {
      this.shift(first.to, first.from, first.amount);
    }
  }
}

function commandOf(step: Step, wallets: readonly TestWallet[], made: Expected['made']): LedgerCommand {
  const { kind, from, to, amount_minor, earlier } = step;
  const wallet = (index: number) => wallets[index]?.wallet_id ?? '';
  const transfer_id = newId('trf');
  const named = made[earlier % Math.max(made.length, 1)]?.transfer_id ?? newId('trf');
  switch (kind) {
    case 'post':
      return { kind, transfer_id, pending_id: named, amount_minor, reference: 'history' };
    case 'void':
      return { kind, transfer_id, pending_id: named, reference: 'history' };
    case 'reversal':
      return { kind, transfer_id, reverses_id: named, reference: 'history' };
    default:
      return move({ kind, transfer_id, debit: wallet(from), credit: wallet(to), amount_minor });
  }
}

async function play(waves: { steps: Step[]; writer: 0 | 1 }[][]): Promise<void> {
  // The first is empty, so that what it gives has to come in before.
  const wallets = await Promise.all(
    [0n, START_MINOR, START_MINOR, START_MINOR].map((held) => ledger.wallet(held)),
  );
  const user_id = newId('usr');
  const expected = new Expected(wallets);
  const committed: { unit: Unit; writer: 0 | 1 }[] = [];
  for (const wave of waves) {
    const units = wave.map(({ steps, writer }) => {
      const commands = steps.map((step) => commandOf(step, wallets, expected.made));
      return { unit: keyed(user_id, commands), writer };
    });
    const outcomes = await Promise.all(units.map(({ unit, writer }) => ledger.writers[writer].submit(unit)));
    const done = units.filter((_, index) => outcomes[index]?.committed);
    for (const { unit } of done) for (const command of unit.commands) expected.add(command);
    committed.push(...done);
  }
  await expectBalances(wallets, expected);
  const again = await Promise.all(
    committed.map(({ unit, writer }) => ledger.writers[writer === 0 ? 1 : 0].submit(unit)),
  );
  expect(
    again.filter((outcome: UnitOutcome) => outcome.committed || outcome.refusal.reason !== 'KEY_TAKEN'),
  ).toEqual([]);
  await expectBalances(wallets, expected);
}

function keyed(user_id: string, commands: LedgerCommand[]): Unit {
  const key = {
    user_id,
    operation: 'history',
    idempotency_key: newId('key'),
    input_hash: 'h',
    object_id: 'o',
  };
  return { now, key, rows: [], commands, events: [] };
}

async function expectBalances(wallets: readonly TestWallet[], expected: Expected): Promise<void> {
  for (const { wallet_id } of wallets) {
    const found = await balancesOf(ledger.sql, wallet_id);
    expect(found?.balance_minor).toBe(expected.balances.get(wallet_id));
    expect(found?.available_minor).toBeGreaterThanOrEqual(0n);
  }
}

// proves: ledger-balanced
it('keeps the book, whatever many clients ask of two processes at once, and whatever they ask again', {
  timeout: isNightly ? 1_800_000 : 120_000,
}, async () => {
  const histories = Array.from({ length: SIDE_BY_SIDE }, () =>
    fc.assert(fc.asyncProperty(someWaves, play), { numRuns: RUNS_EACH }),
  );
  const outcomes = await Promise.allSettled(histories);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  expect(await checkLedger(ledger.sql)).toEqual([]);
  const [book] = await ledger.sql<{ kinds: bigint; settled: bigint }[]>`
    select count(distinct kind) as kinds, count(*) filter (where pending_id is not null) as settled from transfers`;
  expect(book?.kinds).toBe(5n);
  expect(book?.settled).toBeGreaterThan(10n);
});
