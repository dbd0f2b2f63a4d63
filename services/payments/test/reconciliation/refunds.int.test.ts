import { randomUUID } from 'node:crypto';
import { until } from '@florin/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ReconcileDeps } from '../../src/reconciliation/reconcile.js';
import { loadRefund } from '../../src/store/refunds.js';
import {
  type PaymentsUnderTest,
  type Person,
  startPaymentsUnderTest,
  toUuid,
} from '../support/payments-under-test.js';
import { type Reconciling, startReconciling } from '../support/reconciling.js';

const DAY_MS = 86_400_000;

let payments: PaymentsUnderTest;
let reconciling: Reconciling;
let ada: Person;
let payment_method_id: string;

beforeAll(async () => {
  payments = await startPaymentsUnderTest('reconcile-refunds');
  reconciling = startReconciling(payments);
  ada = await payments.newPerson();
  const added = await payments.tool('add_payment_method', { payment_token: 'pm_card_visa' }, ada);
  payment_method_id = String(added.payment_method_id);
  // What the provider tells comes when a test lets it.
  stripe().holdWebhooks();
});
afterAll(async () => {
  await reconciling?.stop();
  await payments?.stop();
});
afterEach(async () => {
  expect((await reconciling.run({}, ahead_ms)).findings).toEqual([]);
});

/** How far the provider's clock is ahead. */
let ahead_ms = 0;

const stripe = () => payments.sandbox.control.stripe;

/** 20.00 by card into a wallet of the same person, of which 5.00 are given back. */
async function refunded(): Promise<{ refund_id: string; re: string }> {
  const sides = { source_id: payment_method_id, destination_id: ada.wallet_id };
  const { payment_id } = await payments.pay({ ...sides, amount: '20.00' }, ada);
  const args = { payment_id, amount: '5.00', idempotency_key: randomUUID() };
  const refund_id = String((await payments.tool('process_refund', args, ada)).refund_id);
  const row = await loadRefund(reconciling.database.db, refund_id);
  expect(row).toMatchObject({ status: 'succeeded' });
  return { refund_id, re: row?.provider_id ?? '' };
}

/** The provider's word arrives at last. */
async function hear({ refund_id, re }: { refund_id: string; re: string }): Promise<void> {
  const told = stripe()
    .events()
    .filter(({ type, object_id }) => type === 'refund.failed' && object_id === re);
  await stripe().resend(told.map(({ id }) => id));
  await until(async () => {
    const row = await loadRefund(reconciling.database.db, refund_id);
    expect(row).toMatchObject({ status: 'failed', due_at: null });
  });
}

/** A line on each page, as on a day with many. */
const onPagesOfTheirOwn = (): ReconcileDeps['provider'] => ({
  ...reconciling.provider,
  async *balanceTransactions(from, until) {
    for await (const page of reconciling.provider.balanceTransactions(from, until)) {
      for (const line of page) yield [line];
    }
  },
});

// Each compares several times, and every one reads the whole ledger.
describe('a refund', { timeout: 90_000 }, () => {
  it('that came back unheard differs, until that is heard', async () => {
    const { refund_id, re } = await refunded();
    expect((await reconciling.run()).findings).toEqual([]);
    stripe().failRefund(re);
    const differs = { kind: 'refund_differs', subject: refund_id, expected: '-500', found: '0' };
    expect((await reconciling.run()).findings).toEqual([differs]);
    expect((await reconciling.run({ provider: onPagesOfTheirOwn() })).findings).toEqual([differs]);
    await hear({ refund_id, re });
    expect((await reconciling.run({ provider: onPagesOfTheirOwn() })).findings).toEqual([]);
  });

  it('that is failed here and taken there differs', async () => {
    const { refund_id } = await refunded();
    const ref = toUuid(refund_id);
    await payments.sql`update refunds set status = 'failed' where refund_id = ${ref}`;
    const { findings } = await reconciling.run();
    expect(findings).toContainEqual({
      kind: 'refund_differs',
      subject: refund_id,
      expected: '0',
      found: '-500',
    });
    await payments.sql`update refunds set status = 'succeeded' where refund_id = ${ref}`;
  });

  it('that is under way is no difference, whatever the provider has booked of it', async () => {
    const { refund_id, re } = await refunded();
    const ref = toUuid(refund_id);
    await payments.sql`update refunds set status = 'processing' where refund_id = ${ref}`;
    const kinds = async () => (await reconciling.run()).findings.map(({ kind }) => kind);
    expect(await kinds()).not.toContain('refund_differs');
    stripe().failRefund(re);
    expect(await kinds()).not.toContain('refund_differs');
    await payments.sql`update refunds set status = 'succeeded' where refund_id = ${ref}`;
    await hear({ refund_id, re });
  });

  it('differs also where it was taken before the week that is looked at', async () => {
    const [one, other] = [await refunded(), await refunded()];
    ahead_ms = 20 * DAY_MS;
    stripe().advance(ahead_ms);
    stripe().failRefund(one.re);
    const late = () => reconciling.run({}, ahead_ms);
    expect((await late()).findings).toEqual([
      { kind: 'refund_differs', subject: one.refund_id, expected: '-500', found: '0' },
    ]);
    await hear(one);
    expect((await late()).findings).toEqual([]);
    expect((await reconciling.run({}, ahead_ms, true)).findings).toEqual([]);
    await payments.sql`update refunds set status = 'failed', updated_at = updated_at + interval '19 days'
      where refund_id = ${toUuid(other.refund_id)}`;
    expect((await late()).findings).toContainEqual({
      kind: 'refund_differs',
      subject: other.refund_id,
      expected: '0',
      found: '-500',
    });
    await payments.sql`update refunds set status = 'succeeded', updated_at = created_at
      where refund_id = ${toUuid(other.refund_id)}`;
  });
});
