import Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Received, receiveWebhooks } from '../client.js';
import { pay, type StripeWorld, startWithStripe, WEBHOOK_SECRET } from './client.js';

let inbox: Awaited<ReturnType<typeof receiveWebhooks>>;
let world: StripeWorld;

beforeEach(async () => {
  inbox = await receiveWebhooks();
  world = await startWithStripe({ stripe_webhook: { url: inbox.url } });
});

afterEach(async () => {
  await world.sandbox.stop();
  await inbox.close();
});

const types = () => inbox.received.map(({ body }) => String(body.type));
const arrived = (count: number) => expect.poll(() => inbox.received.length, { timeout: 10_000 }).toBe(count);

function verified({ text, headers }: Received, secret = WEBHOOK_SECRET): Stripe.Event {
  const signature = String(headers['stripe-signature']);
  const { stripe, now } = world;
  return stripe.webhooks.constructEvent(text, signature, secret, 300, undefined, now().getTime());
}

describe('events', () => {
  it('arrive signed, as snapshots that the SDK verifies', async () => {
    const { id, lastResponse } = await pay(world.stripe, 'pm_card_visa', {}, { idempotencyKey: 'key' });
    await arrived(3);
    const events = inbox.received.map((each) => verified(each));
    const paid = events.find(({ type }) => type === 'payment_intent.succeeded');
    expect(paid).toMatchObject({
      object: 'event',
      api_version: '2026-10-28.endive',
      data: {
        object: { id, status: 'succeeded', amount_received: 5_000 },
        previous_attributes: { status: 'requires_confirmation', amount_received: 0 },
      },
      request: { id: lastResponse.requestId, idempotency_key: 'key' },
    });
    expect(new Set(types())).toEqual(
      new Set(['payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded']),
    );
    const [first] = inbox.received;
    if (first)
      expect(() => verified(first, 'whsec_other')).toThrow(Stripe.errors.StripeSignatureVerificationError);
    const listed = await world.stripe.events.list({ type: 'payment_intent.*' });
    expect(listed.data.map(({ id: event }) => event)).toContain(paid?.id);
    const undelivered = async () => (await world.stripe.events.retrieve(paid?.id ?? '')).pending_webhooks;
    await expect.poll(undelivered, { timeout: 10_000 }).toBe(0);
  });

  it('of connected accounts go to the same endpoint and name the account', async () => {
    const account = await world.stripe.accounts.create({ type: 'custom' });
    await world.stripe.accounts.createExternalAccount(account.id, { external_account: 'btok_us_verified' });
    await expect.poll(types, { timeout: 10_000 }).toContain('account.external_account.created');
    const event = inbox.received.find(({ body }) => body.type === 'account.external_account.created');
    expect(event?.body.account).toBe(account.id);
  });

  it('are tried again until they are taken', async () => {
    const stubborn = await receiveWebhooks((before) => (before === 0 ? 500 : 204));
    await world.stripe.webhookEndpoints.create({
      url: stubborn.url,
      enabled_events: ['customer.created'],
    });
    await world.stripe.customers.create();
    await expect.poll(() => stubborn.received.length, { timeout: 10_000 }).toBe(2);
    expect(stubborn.received[1]?.text).toBe(stubborn.received[0]?.text);
    await expect
      .poll(() => world.control.deliveries().filter(({ url }) => url === stubborn.url), { timeout: 10_000 })
      .toMatchObject([{ attempts: 2, status: 204, state: 'delivered' }]);
    await stubborn.close();
  });

  it('go to endpoints made over the API, with a secret of their own, until they are removed', async () => {
    const other = await receiveWebhooks();
    const endpoint = await world.stripe.webhookEndpoints.create({
      url: other.url,
      enabled_events: ['customer.created'],
    });
    expect((await world.stripe.webhookEndpoints.retrieve(endpoint.id)).secret).toBeUndefined();
    await world.stripe.customers.create();
    await expect.poll(() => other.received.length, { timeout: 10_000 }).toBe(1);
    const [received] = other.received;
    if (received) expect(verified(received, endpoint.secret ?? '').type).toBe('customer.created');
    await world.stripe.webhookEndpoints.del(endpoint.id);
    await world.stripe.customers.create();
    await arrived(2);
    expect(other.received).toHaveLength(1);
    await other.close();
  });
});

describe('on demand, webhooks', () => {
  it('are held, and released in a chosen order', async () => {
    world.control.holdWebhooks();
    await pay(world.stripe, 'pm_card_visa');
    const held = world.control.heldWebhooks();
    expect(held.map(({ type }) => type)).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
    ]);
    expect(inbox.received).toEqual([]);
    const backwards = held.map(({ event_id }) => event_id).reverse();
    await world.control.releaseWebhooks(backwards);
    expect(inbox.received.map(({ body }) => body.id)).toEqual(backwards);
  });

  it('are sent again in any order, as often as they are named', async () => {
    world.control.holdWebhooks();
    await pay(world.stripe, 'pm_card_visa');
    const [created = '', charged = ''] = world.control.heldWebhooks().map(({ event_id }) => event_id);
    expect(world.control.discardWebhooks()).toBe(3);
    const sent = await world.control.resend([charged, created, charged]);
    expect(sent.map(({ state }) => state)).toEqual(['delivered', 'delivered', 'delivered']);
    expect(inbox.received.map(({ body }) => body.id)).toEqual([charged, created, charged]);
  });

  it('are doubled, delayed or dropped', async () => {
    const { control } = world.sandbox;
    control.setFault({ kind: 'duplicate_webhooks', provider: 'stripe', copies: 2, times: 1 });
    await world.stripe.customers.create();
    await arrived(2);
    expect(inbox.received[0]?.text).toBe(inbox.received[1]?.text);
    control.setFault({ kind: 'drop_webhooks', times: 1 });
    control.setFault({ kind: 'delay_webhooks', delay_ms: 50, times: 1 });
    await world.stripe.customers.create();
    await world.stripe.customers.create();
    await arrived(3);
    await expect
      .poll(() => world.control.deliveries().map(({ state }) => state), { timeout: 10_000 })
      .toEqual(['delivered', 'delivered', 'dropped', 'delivered']);
  });

  it('overtake each other', async () => {
    world.sandbox.control.setFault({ kind: 'reorder_webhooks', provider: 'stripe', times: 1 });
    const first = await world.stripe.customers.create();
    const second = await world.stripe.customers.create();
    await arrived(2);
    const ids = inbox.received.map(({ body }) => (body.data as Stripe.Event.Data).object as { id: string });
    expect(ids.map(({ id }) => id)).toEqual([second.id, first.id]);
  });

  it('are signed with the time of their receiver, however far the clock of the stand-in is ahead', async () => {
    world.control.advance(4 * 86_400_000);
    await world.stripe.customers.create();
    await arrived(1);
    const [received] = inbox.received;
    if (received) expect(verified(received).type).toBe('customer.created');
  });
});

describe('without an endpoint', () => {
  it('nothing is sent, and events are listed all the same', async () => {
    const quiet = await startWithStripe();
    await quiet.stripe.customers.create();
    expect(quiet.control.deliveries()).toEqual([]);
    expect((await quiet.stripe.events.list()).data.map(({ type }) => type)).toEqual(['customer.created']);
    await quiet.sandbox.stop();
  });
});
