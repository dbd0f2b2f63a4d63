import { newId } from '@florin/chassis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkLedger } from '../../src/ledger/check-ledger.js';
import type { Unit, UnitOutcome } from '../../src/ledger/unit.js';
import {
  balancesOf,
  move,
  paymentUnit,
  startTestLedger,
  type TestLedger,
  unitOf,
} from '../support/ledger.js';

const RACERS = 50;

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await startTestLedger('races');
});
afterAll(async () => {
  expect(await checkLedger(ledger.sql)).toEqual([]);
  await ledger.stop();
});

/** Every other unit goes to the other process. */
const race = (units: readonly Unit[]) =>
  Promise.all(units.map((unit, index) => ledger.writers[index % 2 === 0 ? 0 : 1].submit(unit)));
const racers = (unit: (index: number) => Unit) => Array.from({ length: RACERS }, (_, index) => unit(index));
const count = (outcomes: UnitOutcome[], reason: string) =>
  outcomes.filter((one) => (one.committed ? 'committed' : one.refusal.reason) === reason).length;

// proves: one-key-one-payment
it('makes one payment of fifty calls with one key, whichever process they reach', async () => {
  const [from, to] = [await ledger.wallet(10_000n), await ledger.wallet()];
  const units = racers(() => paymentUnit({ from, to, amount_minor: 100n, idempotency_key: 'the-one' }));
  const outcomes = await race(units);
  expect(count(outcomes, 'committed')).toBe(1);
  expect(count(outcomes, 'KEY_TAKEN')).toBe(RACERS - 1);
  const winner = units[outcomes.findIndex(({ committed }) => committed)];
  for (const outcome of outcomes) {
    if (!outcome.committed) expect(outcome.refusal).toMatchObject({ object_id: winner?.key?.object_id });
  }
  expect(await balancesOf(ledger.sql, from.wallet_id)).toMatchObject({ balance_minor: 9_900n });
  const rows = await ledger.sql`select 1 from payments where source_id = ${from.wallet_id}`;
  expect(rows).toHaveLength(1);
});

// proves: never-overdrawn
it('never overdraws one wallet that fifty calls pay from at once', async () => {
  const [from, to] = [await ledger.wallet(1_050n), await ledger.wallet()];
  const outcomes = await race(racers(() => paymentUnit({ from, to, amount_minor: 100n })));
  expect(count(outcomes, 'committed')).toBe(10);
  expect(count(outcomes, 'INSUFFICIENT_FUNDS')).toBe(RACERS - 10);
  expect(await balancesOf(ledger.sql, from.wallet_id)).toMatchObject({ available_minor: 50n });
  expect(await balancesOf(ledger.sql, to.wallet_id)).toMatchObject({ balance_minor: 1_000n });
});

it('does not deadlock where two processes pay in opposite directions', async () => {
  const [ada, ben] = [await ledger.wallet(10_000n), await ledger.wallet(10_000n)];
  const outcomes = await race(
    racers((index) =>
      index % 2 === 0
        ? paymentUnit({ from: ada, to: ben, amount_minor: 10n })
        : paymentUnit({ from: ben, to: ada, amount_minor: 10n }),
    ),
  );
  expect(count(outcomes, 'committed')).toBe(RACERS);
  const [stat] = await ledger.sql<{ deadlocks: bigint }[]>`
    select deadlocks from pg_stat_database where datname = current_database()`;
  expect(stat?.deadlocks).toBe(0n);
});

it('settles a pending transfer once, whoever posts, voids or posts in part', async () => {
  const [from, to] = [await ledger.wallet(100n), await ledger.wallet()];
  const hold = move({ kind: 'pending', debit: from.wallet_id, credit: to.wallet_id, amount_minor: 100n });
  await race([unitOf(hold)]);
  const { transfer_id: pending_id } = hold;
  const outcomes = await race(
    racers((index) =>
      unitOf(
        index % 3 === 0
          ? { kind: 'void', transfer_id: newId('trf'), pending_id, reference: 'test' }
          : { kind: 'post', transfer_id: newId('trf'), pending_id, amount_minor: 60n, reference: 'test' },
      ),
    ),
  );
  expect(count(outcomes, 'committed')).toBe(1);
  expect(count(outcomes, 'ALREADY_RESOLVED')).toBe(RACERS - 1);
});

it('reverses a transfer once', async () => {
  const [from, to] = [await ledger.wallet(100n), await ledger.wallet(1_000n)];
  const first = move({ debit: from.wallet_id, credit: to.wallet_id, amount_minor: 100n });
  await race([unitOf(first)]);
  const reverse = () =>
    unitOf({
      kind: 'reversal',
      transfer_id: newId('trf'),
      reverses_id: first.transfer_id,
      reference: 'test',
    });
  const outcomes = await race(racers(reverse));
  expect(count(outcomes, 'committed')).toBe(1);
  expect(count(outcomes, 'ALREADY_REVERSED')).toBe(RACERS - 1);
  expect(await balancesOf(ledger.sql, from.wallet_id)).toMatchObject({ balance_minor: 100n });
});

it('lets one of all who decided on the same version of a payment change it', async () => {
  const [from, to] = [await ledger.wallet(100n), await ledger.wallet()];
  const made = paymentUnit({ from, to, amount_minor: 1n });
  await race([made]);
  const outcomes = await race(
    racers((index) => ({
      ...unitOf(),
      rows: [
        { table: 'payments', row: { ...made.payment, version: 2, due_attempts: index }, expected_version: 1 },
      ],
    })),
  );
  expect(count(outcomes, 'committed')).toBe(1);
  expect(count(outcomes, 'STALE')).toBe(RACERS - 1);
});

it('never lets more pass unscreened than the day allows, from whichever wallet', async () => {
  const [from, to] = [await ledger.wallet(100_000n), await ledger.wallet()];
  const other = { ...(await ledger.wallet(100_000n)), user_id: from.user_id };
  const outcomes = await race(
    racers((index) =>
      paymentUnit({ from: index % 4 < 2 ? from : other, to, amount_minor: 100n, allowance_minor: 1_050n }),
    ),
  );
  expect(count(outcomes, 'committed')).toBe(10);
  expect(count(outcomes, 'UNSCREENED_ALLOWANCE')).toBe(RACERS - 10);
  const [spending] = await ledger.sql<{ spent_minor: bigint; day: Date }[]>`
    select spent_minor from unscreened_spending order by spent_minor desc limit 1`;
  expect(spending?.spent_minor).toBeLessThanOrEqual(10_000n);
});

it('opens an account of the house once, though both processes need it first', async () => {
  const wallet = await ledger.wallet();
  const outcomes = await race(
    racers(() =>
      unitOf(
        move({
          debit: { house: 'receivable', user_id: wallet.user_id },
          credit: wallet.wallet_id,
          amount_minor: 1n,
        }),
      ),
    ),
  );
  expect(count(outcomes, 'committed')).toBe(RACERS);
  const rows = await ledger.sql`select 1 from accounts where purpose = 'receivable'`;
  expect(rows).toHaveLength(1);
});
