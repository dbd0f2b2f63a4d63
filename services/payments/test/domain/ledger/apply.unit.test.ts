import { describe, expect, it } from 'vitest';
import { absorb, applyUnit, type LedgerState } from '../../../src/domain/ledger/apply.js';
import type { Command, LedgerRefusal, MoveCommand } from '../../../src/domain/ledger/ledger.js';
import { given } from '../../support/ledger-state.js';

const move = (over: Partial<MoveCommand>): MoveCommand => ({
  kind: 'single',
  transfer_id: 't1',
  debit_account_id: 'a',
  credit_account_id: 'b',
  amount_minor: 10n,
  currency: 'USD',
  reference: '',
  ...over,
});
const post = (amount_minor: bigint, pending_id = 't1'): Command => ({
  kind: 'post',
  transfer_id: 'p',
  pending_id,
  amount_minor,
  reference: '',
});
const release = (pending_id = 't1'): Command => ({
  kind: 'void',
  transfer_id: 'v',
  pending_id,
  reference: '',
});
const reversal = (reverses_id = 't1'): Command => ({
  kind: 'reversal',
  transfer_id: 'r',
  reverses_id,
  reference: '',
});
const refusalOf = (state: LedgerState, ...commands: Command[]): LedgerRefusal['reason'] | 'done' => {
  const applied = applyUnit(state, commands);
  return 'refusal' in applied ? applied.refusal.reason : 'done';
};
const pending = move({ kind: 'pending' });

describe('each refusal has a reason of its own', () => {
  it.each<[LedgerRefusal['reason'], LedgerState, Command[]]>([
    ['AMOUNT_NOT_POSITIVE', given(), [move({ amount_minor: 0n })]],
    ['AMOUNT_NOT_POSITIVE', given(), [move({ amount_minor: -5n })]],
    ['SAME_ACCOUNT', given(), [move({ credit_account_id: 'a' })]],
    ['NO_SUCH_ACCOUNT', given(), [move({ credit_account_id: 'nobody' })]],
    ['CURRENCY_MISMATCH', given(), [move({ credit_account_id: 'yen' })]],
    ['CURRENCY_MISMATCH', given(), [move({ currency: 'JPY' })]],
    ['ACCOUNT_FROZEN', given(), [move({ debit_account_id: 'frozen' })]],
    ['ACCOUNT_CLOSED', given(), [move({ credit_account_id: 'closed' })]],
    ['INSUFFICIENT_FUNDS', given(), [move({ amount_minor: 101n })]],
    [
      'INSUFFICIENT_FUNDS',
      given(move({ kind: 'pending', amount_minor: 60n })),
      [move({ transfer_id: 't2', amount_minor: 41n })],
    ],
    [
      'BALANCE_TOO_LARGE',
      given(),
      [
        move({ debit_account_id: 'bank', amount_minor: 2n ** 63n - 1n }),
        move({ debit_account_id: 'bank', transfer_id: 't2', amount_minor: 1n }),
      ],
    ],
    ['TRANSFER_EXISTS', given(move({})), [move({})]],
    ['NO_SUCH_TRANSFER', given(), [post(1n)]],
    ['NO_SUCH_TRANSFER', given(), [reversal()]],
    ['NOT_PENDING', given(move({})), [release()]],
    ['MORE_THAN_PENDING', given(pending), [post(11n)]],
    ['AMOUNT_NOT_POSITIVE', given(pending), [post(0n)]],
    ['ALREADY_RESOLVED', given(pending, release()), [post(1n)]],
    ['NOT_REVERSIBLE', given(pending), [reversal()]],
    ['NOT_REVERSIBLE', given(move({}), reversal()), [{ ...reversal('r'), transfer_id: 'r2' }]],
    ['ALREADY_REVERSED', given(move({}), reversal()), [{ ...reversal(), transfer_id: 'r2' }]],
  ])('%s', (reason, state, commands) => {
    expect(refusalOf(state, ...commands)).toBe(reason);
  });
});

it('does all linked commands, or none', () => {
  const state = given();
  expect(refusalOf(state, move({ amount_minor: 60n }), move({ transfer_id: 't2', amount_minor: 60n }))).toBe(
    'INSUFFICIENT_FUNDS',
  );
  expect(state).toEqual(given());
});

it('lets a later command use what an earlier one of its unit has brought', () => {
  const back = move({ transfer_id: 't2', debit_account_id: 'b', credit_account_id: 'a' });
  expect(refusalOf(given(), move({}), back)).toBe('done');
  expect(refusalOf(given(), back, move({}))).toBe('INSUFFICIENT_FUNDS');
  expect(refusalOf(given(), pending, post(5n))).toBe('done');
  expect(refusalOf(given(), pending, post(5n), release())).toBe('ALREADY_RESOLVED');
});

it('does not count money that is only on its way in', () => {
  expect(
    refusalOf(given(pending), move({ transfer_id: 't2', debit_account_id: 'b', credit_account_id: 'a' })),
  ).toBe('INSUFFICIENT_FUNDS');
});

it('takes money into a frozen account, and settles there what was pending', () => {
  expect(refusalOf(given(), move({ credit_account_id: 'frozen' }))).toBe('done');
  for (const settle of [post(4n), release()]) {
    const state = given(pending);
    const frozen = applyUnit(state, [], [{ account_id: 'a', status: 'frozen' }]);
    if ('refusal' in frozen) throw new Error(frozen.refusal.reason);
    absorb(state, frozen);
    expect(refusalOf(state, settle)).toBe('done');
  }
});

describe('money that comes back to an account that was closed', () => {
  const closed = (...before: Command[]) => {
    const state = given(...before);
    const done = applyUnit(state, [], [{ account_id: 'a', status: 'closed' }]);
    if ('refusal' in done) throw new Error(done.refusal.reason);
    absorb(state, done);
    return state;
  };
  const all = move({ amount_minor: 100n });
  const back = move({
    transfer_id: 't2',
    debit_account_id: 'bank',
    credit_account_id: 'a',
    comes_back: true,
  });

  it.each([
    ['by a transfer', back],
    ['by a reversal', reversal()],
  ])('is taken, and the account frozen: %s', (_how, command) => {
    const applied = applyUnit(closed(all), [command]);
    expect(applied).not.toHaveProperty('refusal');
    expect('accounts' in applied && applied.accounts.get('a')?.status).toBe('frozen');
  });

  it('is no way to give out of one, nor to pay into one', () => {
    expect(refusalOf(closed(all), { ...back, comes_back: false })).toBe('ACCOUNT_CLOSED');
    const out = { ...back, debit_account_id: 'a', credit_account_id: 'b' };
    expect(refusalOf(closed(all), out)).toBe('ACCOUNT_CLOSED');
    const into = move({ debit_account_id: 'bank', credit_account_id: 'a', amount_minor: 5n });
    const spent = move({ transfer_id: 't2', amount_minor: 105n });
    expect(refusalOf(closed(into, spent), reversal())).toBe('ACCOUNT_CLOSED');
  });
});

it('closes an empty account only', () => {
  const close = (account_id: string, ...commands: Command[]) =>
    applyUnit(given(), commands, [{ account_id, status: 'closed' }]);
  expect(close('a')).toMatchObject({ refusal: { reason: 'ACCOUNT_NOT_EMPTY' } });
  expect(close('b', pending)).toMatchObject({ refusal: { reason: 'ACCOUNT_NOT_EMPTY' } });
  expect(close('a', move({ amount_minor: 100n }))).toMatchObject({ transfers: [{}] });
  expect(close('nobody')).toMatchObject({ refusal: { reason: 'NO_SUCH_ACCOUNT' } });
});
