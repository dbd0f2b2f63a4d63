import { newId } from '@florin/chassis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkLedger } from '../../src/ledger/check-ledger.js';
import type { UnitOutcome } from '../../src/ledger/unit.js';
import {
  balancesOf,
  move,
  paymentUnit,
  startTestLedger,
  type TestLedger,
  unitOf,
} from '../support/ledger.js';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await startTestLedger('writer');
});
afterAll(async () => {
  expect(await checkLedger(ledger.sql)).toEqual([]);
  await ledger.stop();
});

const submit = (unit: Parameters<TestLedger['writers'][0]['submit']>[0]) => ledger.writers[0].submit(unit);
const reasonOf = (outcome: UnitOutcome) => (outcome.committed ? 'committed' : outcome.refusal.reason);

it('commits payment, key, transfer, entries, outbox, payee and allowance together', async () => {
  const from = await ledger.wallet(1_000n);
  const to = await ledger.wallet();
  const unit = paymentUnit({ from, to, amount_minor: 250n });
  expect(await submit(unit)).toEqual({ committed: true });
  expect(await balancesOf(ledger.sql, from.wallet_id)).toEqual({
    balance_minor: 750n,
    available_minor: 750n,
  });
  expect(await balancesOf(ledger.sql, to.wallet_id)).toEqual({ balance_minor: 250n, available_minor: 250n });
  const [counts] = await ledger.sql`
    select (select count(*)::int from payments where description = ${unit.payment.description}) as payments,
      (select count(*)::int from idempotency_keys where object_id = ${unit.payment.payment_id}) as keys,
      (select count(*)::int from transfers where reference = ${unit.payment.payment_id}) as transfers,
      (select count(*)::int from payees where payee_id = ${to.wallet_id}) as payees,
      (select count(*)::int from outbox where event ->> 'id' = ${unit.payment.receipt_id}) as events,
      (select sum(spent_minor)::int from unscreened_spending) as spent`;
  expect(counts).toEqual({ payments: 1, keys: 1, transfers: 1, payees: 1, events: 1, spent: 250 });
});

it('refuses what a wallet does not hold, and writes nothing of that unit', async () => {
  const from = await ledger.wallet(100n);
  const to = await ledger.wallet();
  const unit = paymentUnit({ from, to, amount_minor: 101n });
  expect(await submit(unit)).toMatchObject({
    refusal: { reason: 'INSUFFICIENT_FUNDS', available_minor: 100n },
  });
  const [row] = await ledger.sql`
    select count(*)::int as count from idempotency_keys where object_id = ${unit.payment.payment_id}`;
  expect(row?.count).toBe(0);
});

it('drops a refused unit alone out of those that arrive together', async () => {
  const from = await ledger.wallet(100n);
  const to = await ledger.wallet();
  const outcomes = await Promise.all(
    [60n, 60n, 40n].map((amount_minor) => submit(paymentUnit({ from, to, amount_minor }))),
  );
  expect(outcomes.map(reasonOf)).toEqual(['committed', 'INSUFFICIENT_FUNDS', 'committed']);
});

it('posts a part of what is pending and releases the rest, once', async () => {
  const from = await ledger.wallet(100n);
  const to = await ledger.wallet();
  const hold = move({ kind: 'pending', debit: from.wallet_id, credit: to.wallet_id, amount_minor: 80n });
  await submit(unitOf(hold));
  expect(await balancesOf(ledger.sql, from.wallet_id)).toEqual({ balance_minor: 100n, available_minor: 20n });
  const post = () =>
    submit(
      unitOf({
        kind: 'post',
        transfer_id: newId('trf'),
        pending_id: hold.transfer_id,
        amount_minor: 30n,
        reference: 'test',
      }),
    );
  expect(reasonOf(await post())).toBe('committed');
  expect(await balancesOf(ledger.sql, from.wallet_id)).toEqual({ balance_minor: 70n, available_minor: 70n });
  expect(reasonOf(await post())).toBe('ALREADY_RESOLVED');
});
