import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pay, refusalOf, type StripeWorld, saved, startWithStripe, stripeOf } from './client.js';

let world: StripeWorld;

beforeEach(async () => {
  world = await startWithStripe();
});

afterEach(() => world.sandbox.stop());

const charges = () => world.control.charges().length;
const PATH = '/v1/payment_intents';

describe('an idempotency key', () => {
  it('answers a repeat as the first time, and charges once', async () => {
    const key = { idempotencyKey: 'pay_1:1' };
    const first = await pay(world.stripe, 'pm_card_visa', {}, key);
    const again = await pay(world.stripe, 'pm_card_visa', {}, key);
    expect(again).toEqual(first);
    expect([
      first.lastResponse.headers['idempotent-replayed'],
      again.lastResponse.headers['idempotent-replayed'],
    ]).toEqual([undefined, 'true']);
    expect(again.lastResponse.headers['original-request']).toBe(first.lastResponse.requestId);
    expect(again.lastResponse.requestId).not.toBe(first.lastResponse.requestId);
    expect(charges()).toBe(1);
  });

  it('answers a decline as the first time too', async () => {
    const key = { idempotencyKey: 'declined' };
    const declined = () => refusalOf(pay(world.stripe, 'pm_card_chargeDeclined', {}, key));
    const [first, again] = [await declined(), await declined()];
    expect([again.statusCode, again.payment_intent?.id]).toEqual([402, first.payment_intent?.id]);
    expect(charges()).toBe(1);
  });

  it('refuses other parameters, in whatever order they come', async () => {
    const key = { idempotencyKey: 'k' };
    await pay(world.stripe, 'pm_card_visa', { metadata: { a: '1', b: '2' } }, key);
    await pay(world.stripe, 'pm_card_visa', { metadata: { b: '2', a: '1' } }, key);
    const other = await refusalOf(pay(world.stripe, 'pm_card_visa', { amount: 6_000 }, key));
    expect(other).toMatchObject({ type: 'StripeIdempotencyError', statusCode: 400 });
    const elsewhere = await refusalOf(world.stripe.customers.create({}, key));
    expect(elsewhere.message).toContain('can only be used for the same endpoint');
    expect(charges()).toBe(1);
  });

  it('refuses a second request while the first is under way', async () => {
    world.sandbox.control.setFault({ kind: 'latency', provider: 'stripe', latency_ms: 500, path: PATH });
    const key = { idempotencyKey: 'racing' };
    const answers = await Promise.allSettled([
      pay(world.stripe, 'pm_card_visa', {}, key),
      pay(world.stripe, 'pm_card_visa', {}, key),
    ]);
    const refused = answers.find(({ status }) => status === 'rejected');
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(refused).toMatchObject({ reason: { statusCode: 409, code: 'idempotency_key_in_use' } });
    expect(charges()).toBe(1);
  });

  it('keeps nothing of what failed validation', async () => {
    const key = { idempotencyKey: 'validated' };
    const bad = { amount: 'ten' } as object;
    expect((await refusalOf(pay(world.stripe, 'pm_card_visa', bad, key))).code).toBe(
      'parameter_invalid_integer',
    );
    expect((await pay(world.stripe, 'pm_card_visa', {}, key)).status).toBe('succeeded');
  });

  it('is forgotten after 24 hours: then the same request charges again', async () => {
    const key = { idempotencyKey: 'old' };
    await pay(world.stripe, 'pm_card_visa', {}, key);
    world.forward(23.9);
    await pay(world.stripe, 'pm_card_visa', {}, key);
    expect(charges()).toBe(1);
    world.control.advance(6 * 60_000);
    await pay(world.stripe, 'pm_card_visa', {}, key);
    expect(charges()).toBe(2);
  });

  it('is of one account alone', async () => {
    const { id } = await world.stripe.accounts.create({ type: 'custom' });
    const key = { idempotencyKey: 'shared' };
    const own = await world.stripe.customers.create({}, key);
    const theirs = await world.stripe.customers.create({}, { ...key, stripeAccount: id });
    expect(theirs.id).not.toBe(own.id);
    expect((await world.stripe.customers.list()).data.map((each) => each.id)).toEqual([own.id]);
  });
});

describe('faults', () => {
  const at = { provider: 'stripe', path: PATH, times: 1 } as const;

  it('a 500 after applying belongs to the key, and the payment is there', async () => {
    world.sandbox.control.setFault({ ...at, kind: '500_after_applying' });
    const key = { idempotencyKey: 'k500' };
    const { customer, payment_method } = await saved(world.stripe, 'pm_card_visa');
    const over = { customer, metadata: { payment: 'pay_1' } };
    for (let attempt = 0; attempt < 2; attempt++) {
      const refused = await refusalOf(pay(world.stripe, payment_method, over, key));
      expect([refused.statusCode, refused.headers?.['stripe-should-retry']]).toEqual([
        500,
        attempt === 0 ? 'false' : undefined,
      ]);
    }
    const found = await world.stripe.paymentIntents.search({ query: "metadata['payment']:'pay_1'" });
    expect(found.data).toMatchObject([{ status: 'succeeded', customer }]);
    expect(world.control.timesCharged('payment')).toEqual({ pay_1: 1 });
  });

  it('a 500 before anything is done is kept for the key only where it is said to be', async () => {
    const patient = stripeOf(world.sandbox, undefined, 1);
    world.sandbox.control.setFault({ ...at, kind: 'status', status: 500 });
    expect((await pay(patient, 'pm_card_visa')).status).toBe('succeeded');
    world.sandbox.control.setFault({ ...at, kind: 'status', status: 500, stored: true });
    const key = { idempotencyKey: 'stored' };
    for (let attempt = 0; attempt < 2; attempt++) {
      expect((await refusalOf(pay(world.stripe, 'pm_card_visa', {}, key))).statusCode).toBe(500);
    }
    expect(charges()).toBe(1);
  });

  it('a connection cut after applying leaves the answer to the key', async () => {
    world.sandbox.control.setFault({
      kind: 'drop_connection',
      provider: 'stripe',
      path: PATH,
      after_applying: true,
    });
    const key = { idempotencyKey: 'cut' };
    const cut = await refusalOf(pay(world.stripe, 'pm_card_visa', {}, key));
    expect(cut.type).toBe('StripeConnectionError');
    world.sandbox.control.clearFaults();
    const paid = await pay(world.stripe, 'pm_card_visa', {}, key);
    expect([paid.status, paid.lastResponse.headers['idempotent-replayed']]).toEqual(['succeeded', 'true']);
    expect(charges()).toBe(1);
  });

  it('a 429 is tried again by the SDK only where Stripe says so', async () => {
    const patient = stripeOf(world.sandbox, undefined, 2);
    world.sandbox.control.setFault({ ...at, kind: 'status', status: 429 });
    expect(await refusalOf(pay(patient, 'pm_card_visa'))).toMatchObject({
      type: 'StripeRateLimitError',
      statusCode: 429,
      code: 'rate_limit',
    });
    world.sandbox.control.setFault({ ...at, kind: 'status', status: 429, should_retry: true });
    expect((await pay(patient, 'pm_card_visa')).status).toBe('succeeded');
    world.sandbox.control.setFault({ kind: 'rate_limit', provider: 'stripe', limit: 1, window_ms: 60_000 });
    await world.stripe.balance.retrieve();
    expect((await refusalOf(world.stripe.balance.retrieve())).statusCode).toBe(429);
  });

  it('meet the method they are for, and search that is behind', async () => {
    world.sandbox.control.setFault({ ...at, kind: 'status', status: 500, method: 'GET' });
    const { id } = await pay(world.stripe, 'pm_card_visa', { metadata: { payment: 'pay_1' } });
    expect((await refusalOf(world.stripe.paymentIntents.list())).statusCode).toBe(500);
    world.sandbox.control.setFault({ kind: 'search_lag', lag_ms: 60_000, times: 1 });
    const look = async () =>
      (await world.stripe.paymentIntents.search({ query: "metadata['payment']:'pay_1'" })).data.map(
        (each) => each.id,
      );
    expect(await look()).toEqual([]);
    expect(await look()).toEqual([id]);
  });
});

describe('a request', () => {
  it('needs the key, and the version that is spoken', async () => {
    const stranger = stripeOf(world.sandbox, 'sk_test_somebody_else');
    expect(await refusalOf(stranger.balance.retrieve())).toMatchObject({
      type: 'StripeAuthenticationError',
      statusCode: 401,
      message: expect.stringContaining('Invalid API Key provided: sk_test_'),
    });
    const none = await fetch(`${world.sandbox.stripe_url}/v1/balance`);
    expect(none.status).toBe(401);
    const old = world.stripe.balance.retrieve({}, { apiVersion: '2020-08-27' as never });
    expect((await refusalOf(old)).message).toContain('Invalid Stripe API version');
    const fine = await world.stripe.balance.retrieve();
    expect(fine.lastResponse.apiVersion).toBe('2026-10-28.endive');
    expect(fine.lastResponse.requestId).toMatch(/^req_/);
  });

  it('for what is not there is answered as Stripe does', async () => {
    expect(await refusalOf(world.stripe.paymentIntents.retrieve('pi_none'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      param: 'intent',
      message: "No such payment_intent: 'pi_none'",
      doc_url: 'https://stripe.com/docs/error-codes/resource-missing',
    });
    expect((await refusalOf(world.stripe.products.list())).message).toContain('Unrecognized request URL');
    await world.stripe.customers.create();
    const expand = world.stripe.customers.list({ expand: ['data.colour'] });
    expect((await refusalOf(expand)).statusCode).toBe(400);
  });
});
