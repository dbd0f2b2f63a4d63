import { randomUUID } from 'node:crypto';
import { createLogger } from '@florin/chassis';
import { createDatabase, type Database } from '@florin/postgres';
import { until } from '@florin/testkit';
import Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { erasePerson } from '../../src/erasure/erase-person.js';
import type { LedgerWriter } from '../../src/ledger/unit.js';
import { createLedgerWriter } from '../../src/ledger/writer.js';
import { createStripe } from '../../src/providers/stripe.js';
import { advanceRefund } from '../../src/refunds/advance-refund.js';
import { loadRefund } from '../../src/store/refunds.js';
import {
  type Json,
  type PaymentsUnderTest,
  type Person,
  startPaymentsUnderTest,
  toUuid,
} from '../support/payments-under-test.js';

const logger = createLogger({ name: 'test', level: 'silent' });

let payments: PaymentsUnderTest;
let database: Database;
let writer: LedgerWriter;

beforeAll(async () => {
  payments = await startPaymentsUnderTest('failed-refund');
  database = createDatabase({ url: payments.database.url, application_name: 'failed refund test', logger });
  writer = createLedgerWriter({ sql: database.sql, logger });
});
afterAll(async () => {
  await writer?.stop();
  await database?.close();
  await payments?.stop();
});
afterEach(async () => expect(await payments.contradictions()).toEqual([]));

const stripe = () => payments.sandbox.control.stripe;

/** A payment of 20.00 by card, and who was paid. */
async function paid(token = 'pm_card_visa'): Promise<{ payment_id: string; ben: Person }> {
  const [ada, ben] = [await payments.newPerson(), await payments.newPerson()];
  const added = await payments.tool('add_payment_method', { payment_token: token }, ada);
  const sides = { source_id: added.payment_method_id, destination_id: ben.wallet_id };
  const made = await payments.pay({ ...sides, amount: '20.00' }, ada);
  expect(made).toMatchObject({ status: 'succeeded' });
  return { payment_id: String(made.payment_id), ben };
}

/** With the id that the provider knows it by. */
async function refund(payment_id: string, ben: Person, more: Json = {}): Promise<Json & { re: string }> {
  const args = { payment_id, idempotency_key: randomUUID(), ...more };
  const made = await payments.tool('process_refund', args, ben);
  const row = await loadRefund(database.db, String(made.refund_id));
  return { ...made, re: row?.provider_id ?? '' };
}

async function becomes(ben: Person, payment_id: string, shown: Json): Promise<void> {
  await until(
    async () => expect(await payments.tool('get_payment', { payment_id }, ben)).toMatchObject(shown),
    { timeout: 20_000, interval: 50 },
  );
}

async function eventsOf(payment_id: string): Promise<Json[]> {
  const rows = await payments.sql<{ event: Json }[]>`
    select event from outbox where event->>'subject' = ${payment_id} order by position`;
  return rows.map(({ event }) => event);
}

async function walletOf({ wallet_id }: Person): Promise<{ status: string; minor: bigint } | undefined> {
  const [row] = await payments.sql<{ status: string; minor: bigint }[]>`
    select status, credits_posted_minor - debits_posted_minor as minor from accounts
    where account_id = ${toUuid(wallet_id)}`;
  return row;
}

describe("a refund that was made, and that the payer's bank sends back", () => {
  // proves: refund-comes-back
  it('gives the payee the money again, once, and says so', async () => {
    const { payment_id, ben } = await paid();
    const key = { idempotency_key: randomUUID() };
    const { re, refund_id } = await refund(payment_id, ben, key);
    expect(await payments.funds(ben)).toEqual([0n, 0n]);
    await becomes(ben, payment_id, { status: 'refunded' });

    stripe().failRefund(re, 'expired_or_canceled_card');
    await becomes(ben, payment_id, {
      status: 'succeeded',
      refunded: { amount: '0.00' },
      refundable: { amount: '20.00' },
    });
    expect(await payments.funds(ben)).toEqual([2_000n, 2_000n]);
    const told = stripe()
      .events()
      .filter(({ object_id }) => object_id === re);
    await stripe().resend(told.map(({ id }) => id));
    await until(async () => expect((await loadRefund(database.db, String(refund_id)))?.due_at).toBeNull());
    expect(await payments.funds(ben)).toEqual([2_000n, 2_000n]);

    const events = await eventsOf(payment_id);
    expect(events.map(({ type }) => String(type).split('.').at(-2))).toEqual([
      'created',
      'succeeded',
      'refund_requested',
      'refunded',
      'refund_failed',
    ]);
    expect(events.at(-1)).toMatchObject({
      sequence: '0000000000000000005',
      resources: expect.stringContaining(`payments://${ben.user_id}/wallets`),
      data: { refund_id, payment_id, reason: 'expired_or_canceled_card' },
    });
    const [reversed] = await payments.sql<{ kinds: string[] }[]>`
      select array_agg(kind order by created_at, transfer_id) as kinds from transfers
      where reference = ${String(refund_id)}`;
    expect(reversed?.kinds).toEqual(['pending', 'post', 'reversal']);
    expect(await refund(payment_id, ben, key)).toMatchObject({
      refund_id,
      status: 'failed',
      status_reason: 'expired_or_canceled_card',
      replayed: true,
    });
  });

  it('can be tried again', async () => {
    const { payment_id, ben } = await paid();
    const { re } = await refund(payment_id, ben);
    stripe().failRefund(re);
    await becomes(ben, payment_id, { refundable: { amount: '20.00' } });
    expect(await refund(payment_id, ben)).toMatchObject({ amount: { amount: '20.00' } });
    await becomes(ben, payment_id, { status: 'refunded' });
  });

  it('leaves alone what another refund has given back meanwhile', async () => {
    const { payment_id, ben } = await paid();
    const { re } = await refund(payment_id, ben, { amount: '15.00' });
    await refund(payment_id, ben);
    await becomes(ben, payment_id, { status: 'refunded' });
    stripe().failRefund(re);
    await becomes(ben, payment_id, { status: 'partially_refunded', refunded: { amount: '5.00' } });
    expect(await payments.funds(ben)).toEqual([1_500n, 1_500n]);
  });

  it('waits in the wallet of a payee who has left', async () => {
    const { payment_id, ben } = await paid();
    const { re } = await refund(payment_id, ben);
    await becomes(ben, payment_id, { status: 'refunded' });
    const { db, sql } = database;
    await erasePerson({ db, sql, writer, provider: provider() }, ben.user_id, payments.clock.now());
    expect(await walletOf(ben)).toEqual({ status: 'closed', minor: 0n });
    stripe().failRefund(re);
    await until(async () => expect(await walletOf(ben)).toEqual({ status: 'frozen', minor: 2_000n }));
  });

  it('is believed of the provider that is asked, and not of a webhook', async () => {
    const { payment_id, ben } = await paid();
    const { re, refund_id } = await refund(payment_id, ben);
    await becomes(ben, payment_id, { status: 'refunded' });
    const metadata = { refund_id, payment_id };
    const object = { object: 'refund', id: re, status: 'failed', failure_reason: 'unknown', metadata };
    const event = { id: `evt_${randomUUID()}`, object: 'event', type: 'refund.failed', data: { object } };
    const payload = JSON.stringify(event);
    const asked = () =>
      stripe()
        .requests()
        .filter(({ path }) => path === `/v1/refunds/${re}`).length;
    const before = asked();
    const timestamp = Math.floor(payments.clock.now().getTime() / 1_000);
    const signed = { payload, secret: 'whsec_florin_local', timestamp };
    const response = await fetch(`${payments.url}/webhooks/stripe`, {
      method: 'POST',
      body: payload,
      headers: { 'stripe-signature': new Stripe('sk_test_1').webhooks.generateTestHeaderString(signed) },
    });
    expect(response.status).toBe(200);
    await until(async () => {
      expect(asked()).toBeGreaterThan(before);
      expect(await loadRefund(database.db, String(refund_id))).toMatchObject({ due_at: null });
    });
    await becomes(ben, payment_id, { status: 'refunded' });
    expect(await payments.funds(ben)).toEqual([0n, 0n]);
  });
});

describe('what is asked of the provider', () => {
  const decisionOf = () => Promise.reject(new Error('nothing is held'));
  const now = () => payments.clock.now();

  it('while a webhook comes is asked again: the answer may be the older', async () => {
    const { payment_id, ben } = await paid();
    const refund_id = String((await refund(payment_id, ben)).refund_id);
    await becomes(ben, payment_id, { status: 'refunded' });
    const asked = { refund: provider().refund, findRefund };
    async function findRefund() {
      await payments.sql`update refunds set due_at = ${now()}, version = version + 1
        where refund_id = ${toUuid(refund_id)}`;
      return { provider_id: 're_1', status: 'succeeded' as const };
    }
    const row = await advanceRefund(
      { db: database.db, writer, provider: asked, decisionOf },
      refund_id,
      now(),
    );
    expect(row).toMatchObject({ status: 'succeeded' });
    expect(row?.due_at).not.toBeNull();
  });

  it('and refused says nothing of a refund that was sent', async () => {
    const { payment_id, ben } = await paid();
    const { refund_id } = await refund(payment_id, ben);
    await becomes(ben, payment_id, { status: 'refunded' });
    const other = createStripe({ ...options(), secret_key: 'sk_test_of_somebody_else' });
    await payments.sql`update refunds set provider_id = 're_none' where refund_id = ${toUuid(String(refund_id))}`;
    for (const asked of [other, provider()]) {
      const deps = { db: database.db, writer, provider: asked, decisionOf };
      await advanceRefund(deps, String(refund_id), now()).catch(() => undefined);
    }
    expect(await loadRefund(database.db, String(refund_id))).toMatchObject({ status: 'succeeded' });
    expect(await payments.funds(ben)).toEqual([0n, 0n]);
  });
});

const options = () => ({
  secret_key: 'sk_test_florin_local',
  webhook_secrets: ['whsec_florin_local'],
  base_url: payments.sandbox.stripe_url,
  public_url: payments.url,
  now: payments.clock.now,
});
const provider = () => createStripe(options());
