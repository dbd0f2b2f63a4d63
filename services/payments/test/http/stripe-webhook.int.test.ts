import { newId } from '@florin/chassis';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PaymentsUnderTest, startPaymentsUnderTest } from '../support/payments-under-test.js';

let payments: PaymentsUnderTest;
const stripe = new Stripe('sk_test_1');

beforeAll(async () => {
  payments = await startPaymentsUnderTest('stripe-webhook');
});
afterAll(() => payments?.stop());

const event = (id: string, object: object) =>
  JSON.stringify({ id, object: 'event', type: 'payment_intent.succeeded', data: { object } });

function sign(payload: string, secret = 'whsec_florin_local', age_s = 0): string {
  const timestamp = Math.floor(payments.clock.now().getTime() / 1_000) - age_s;
  return stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
}

async function send(payload: string, signature: string | undefined): Promise<number> {
  const response = await fetch(`${payments.url}/webhooks/stripe`, {
    method: 'POST',
    body: payload,
    headers: { 'content-type': 'application/json', ...(signature && { 'stripe-signature': signature }) },
  });
  await response.arrayBuffer();
  return response.status;
}

async function receipts(): Promise<string[]> {
  const rows = await payments.sql<{ event_id: string }[]>`select event_id from webhook_receipts`;
  return rows.map(({ event_id }) => event_id);
}

describe('POST /webhooks/stripe', () => {
  // proves: webhooks-forged
  it('refuses what Stripe did not send, now or in good time, and keeps nothing of it', async () => {
    const body = event('evt_forged', { object: 'payment_intent', id: 'pi_1' });
    expect(await send(body, undefined)).toBe(401);
    expect(await send(body, 'x'.repeat(2_000))).toBe(401);
    expect(await send(body, sign(body, 'whsec_other'))).toBe(401);
    expect(await send(body, sign(`${body} `))).toBe(401);
    expect(await send(body, sign(body, undefined, 3_600))).toBe(401);
    expect(await send(body, sign(body, undefined, -3_600))).toBe(401);
    expect(await receipts()).not.toContain('evt_forged');
  });

  it('bounds the body', async () => {
    const body = event('evt_large', { object: 'payment_intent', id: 'pi_1', filler: 'x'.repeat(300_000) });
    expect(await send(body, sign(body))).toBe(413);
  });

  it('acknowledges what is unknown here, and keeps each event once', async () => {
    const objects = [
      { object: 'payment_intent', id: 'pi_unknown', metadata: { payment_id: newId('pay') } },
      { object: 'payment_intent', id: 'pi_unknown', metadata: { payment_id: "pay_'; drop table payments" } },
      { object: 'refund', id: 're_unknown', payment_intent: 'pi_unknown', metadata: { refund_id: 'ref_x' } },
      { object: 'checkout.session', mode: 'setup', id: 'cs_unknown' },
      { object: 'balance' },
    ];
    for (const [index, object] of objects.entries()) {
      const body = event(`evt_unknown_${index}`, object);
      for (let times = 0; times < 2; times++) expect(await send(body, sign(body))).toBe(200);
    }
    const kept = await receipts();
    for (const index of objects.keys()) {
      expect(kept.filter((id) => id === `evt_unknown_${index}`)).toHaveLength(1);
    }
  });

  it('forgets an event once Stripe cannot send it any more', async () => {
    await payments.sql`insert into webhook_receipts (event_id, received_at) values ('evt_old', '2026-10-01'), ('evt_new', '2026-10-10')`;
    const body = event('evt_today', { object: 'balance' });
    expect(await send(body, sign(body))).toBe(200);
    const kept = await receipts();
    expect(kept).not.toContain('evt_old');
    expect(kept).toContain('evt_new');
  });

  it('takes no event back that is no event', async () => {
    for (const body of ['{}', '[]', '"x"', 'null', 'not json', '{"id":"evt_1"}']) {
      expect([400, 401]).toContain(await send(body, sign(body)));
    }
  });
});
