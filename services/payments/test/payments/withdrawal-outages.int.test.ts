import { until } from '@florin/testkit';
import type Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type OutsideMoney, startOutsideMoney } from '../support/outside-money.js';
import { type Json, toUuid } from '../support/payments-under-test.js';
import { stripeAt } from '../support/stripe-adapter.js';

let outside: OutsideMoney;
let stripe: Stripe;

beforeAll(async () => {
  outside = await startOutsideMoney('withdrawal-outages');
  stripe = stripeAt(outside.payments.sandbox.stripe_url);
});
afterAll(() => outside?.stop());
afterEach(async () => {
  outside.payments.sandbox.control.clearFaults();
  expect(await outside.contradictions()).toEqual([]);
});

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Not by the tool: the person's token is older by then than it may be. */
async function becomes(payment_id: unknown, shown: Json): Promise<void> {
  await until(
    async () => {
      const [row] = await outside.payments.sql<Json[]>`
        select status, status_reason from payments where payment_id = ${toUuid(String(payment_id))}`;
      expect(row).toMatchObject(shown);
    },
    { timeout: 30_000, interval: 100 },
  );
}

describe('a withdrawal', () => {
  it('that gets half-way only is given back after an hour, and not before its money is here again', async () => {
    const ada = await outside.payments.newPerson(10_000n);
    const { control } = outside.payments.sandbox;
    control.setFault({
      kind: 'status',
      status: 500,
      provider: 'stripe',
      path: '/v1/payouts',
      method: 'POST',
    });
    const { payment_id } = await outside.withdraw(ada, outside.account(ada));
    await becomes(payment_id, { status: 'unknown' });
    expect(await outside.payments.funds(ada)).toEqual([10_000n, 8_000n]);
    outside.payments.clock.advance(2 * HOUR_MS);
    await becomes(payment_id, { status: 'failed', status_reason: 'payout_failed' });
    expect(await outside.payments.funds(ada)).toEqual([10_000n, 10_000n]);
    const { data } = await stripe.transfers.list({ transfer_group: String(payment_id) });
    expect(data).toMatchObject([{ amount: 2_000, reversed: true }]);
  });

  it('that is sent back after it was called paid is found in time, though nobody tells of it', async () => {
    const ada = await outside.payments.newPerson(10_000n);
    const { control } = outside.payments.sandbox;
    const { payment_id } = await outside.withdraw(ada, outside.account(ada));
    const payout = await outside.providerId(payment_id);
    control.stripe.payPayout(payout);
    await becomes(payment_id, { status: 'succeeded', status_reason: null });
    control.setFault({ kind: 'drop_webhooks' });
    control.stripe.failPayout(payout);
    outside.payments.clock.advance(9 * DAY_MS);
    await becomes(payment_id, { status: 'succeeded', status_reason: 'returned' });
    expect(await outside.payments.funds(ada)).toEqual([10_000n, 10_000n]);
  });
});
