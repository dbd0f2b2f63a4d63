import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCEPTED, pay, type StripeWorld, startWithStripe } from '../stripe/client.js';

let world: StripeWorld;

beforeAll(async () => {
  world = await startWithStripe();
});

afterAll(() => world.sandbox.stop());

async function call(method: string, path: string, body?: unknown) {
  const response = await fetch(`${world.sandbox.control_url}/stripe${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const debit = async () => (await pay(world.stripe, 'pm_usBankAccount', ACCEPTED)).id;
const statusOf = async (id: string) => (await world.stripe.paymentIntents.retrieve(id)).status;

describe('what banks and cardholders do, over HTTP', () => {
  it('settles, fails and returns debits', async () => {
    const [paid, failed, later] = [await debit(), await debit(), await debit()];
    expect((await call('POST', `/payment_intents/${paid}/settle`)).status).toBe(200);
    expect((await call('POST', `/payment_intents/${failed}/fail`, { code: 'no_account' })).status).toBe(200);
    expect(await Promise.all([statusOf(paid), statusOf(failed)])).toEqual([
      'succeeded',
      'requires_payment_method',
    ]);
    const returned = await call('POST', `/payment_intents/${paid}/return`, { reason: 'insufficient_funds' });
    const dispute = await world.stripe.disputes.retrieve(String(returned.body.dispute));
    expect(dispute).toMatchObject({ status: 'lost', reason: 'insufficient_funds', payment_intent: paid });
    expect((await call('POST', '/clock', { advance_ms: 4 * 86_400_000 })).status).toBe(200);
    expect(await statusOf(later)).toBe('succeeded');
  });

  it('opens and closes disputes', async () => {
    const { id } = await pay(world.stripe, 'pm_card_visa');
    const { body } = await call('POST', `/payment_intents/${id}/dispute`, { amount: 100 });
    const dispute = String(body.dispute);
    expect((await call('POST', `/disputes/${dispute}/close`, { outcome: 'won' })).status).toBe(200);
    expect((await world.stripe.disputes.retrieve(dispute)).status).toBe('won');
    const again = await call('POST', `/disputes/${dispute}/close`, { outcome: 'lost' });
    expect([again.status, again.body.error]).toEqual([400, `Dispute ${dispute} is closed: won.`]);
  });

  it('shows charges, requests, events and deliveries', async () => {
    await pay(world.stripe, 'pm_card_visa', { metadata: { payment: 'pay_1' } }, { idempotencyKey: 'k1' });
    const { charges } = (await call('GET', '/charges')).body as { charges: object[] };
    expect(charges[0]).toMatchObject({ amount: 5_000, status: 'succeeded', metadata: { payment: 'pay_1' } });
    const { requests } = (await call('GET', '/requests')).body as { requests: object[] };
    expect(requests.at(-1)).toMatchObject({
      method: 'POST',
      path: '/v1/payment_intents',
      idempotency_key: 'k1',
      status: 200,
      replayed: false,
    });
    const { events } = (await call('GET', '/events')).body as { events: object[] };
    expect(events.at(-1)).toMatchObject({ type: 'payment_intent.succeeded' });
    expect((await call('GET', '/webhooks')).body).toEqual({ webhooks: [], held: [] });
    expect((await call('POST', '/webhooks/release')).body).toEqual({ webhooks: [] });
  });

  it('says what is unknown and what makes no sense', async () => {
    expect((await call('POST', '/payment_intents/pi_none/settle')).status).toBe(404);
    expect((await call('POST', '/clock', { advance_ms: -1 })).status).toBe(400);
  });
});
