import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCEPTED, pay, refusalOf, type StripeWorld, saved, startWithStripe } from './client.js';

let world: StripeWorld;

beforeAll(async () => {
  world = await startWithStripe();
});

afterAll(() => world.sandbox.stop());

const submit = (url: string, fields: Record<string, string>) =>
  fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });

describe('customers', () => {
  it('are made, changed, found by metadata, listed and deleted', async () => {
    const { stripe } = world;
    const { id } = await stripe.customers.create({
      email: 'a@florin.test',
      metadata: { user: 'usr_1', x: 'y' },
    });
    await stripe.customers.update(id, { metadata: { x: '' }, name: 'Ada' });
    const found = await stripe.customers.search({ query: "metadata['user']:'usr_1'" });
    expect(found.data).toMatchObject([{ id, name: 'Ada', metadata: { user: 'usr_1' } }]);
    expect(found.data[0]?.metadata).not.toHaveProperty('x');
    expect((await stripe.customers.list({ email: 'a@florin.test' })).data.map((each) => each.id)).toEqual([
      id,
    ]);
    expect(await stripe.customers.del(id)).toMatchObject({ id, deleted: true });
    expect(await stripe.customers.retrieve(id)).toMatchObject({ deleted: true });
    expect(await refusalOf(pay(stripe, 'pm_card_visa', { customer: id }))).toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
      param: 'customer',
    });
  });
});

describe('payment methods', () => {
  it('are made from test tokens, never from numbers', async () => {
    const { stripe } = world;
    const made = await stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_mastercard' } });
    expect(made).toMatchObject({ type: 'card', customer: null, card: { brand: 'mastercard' } });
    const number = {
      type: 'card',
      card: { number: '4242424242424242', exp_month: 1, exp_year: 2030 },
    } as const;
    expect((await refusalOf(stripe.paymentMethods.create(number))).message).toContain('generally unsafe');
  });

  it('that are declined cannot be saved, those that fail later can', async () => {
    const { stripe } = world;
    const { id: customer } = await stripe.customers.create();
    const refused = stripe.paymentMethods.attach('pm_card_chargeDeclined', { customer });
    expect(await refusalOf(refused)).toMatchObject({ statusCode: 402, code: 'card_declined' });
    const kept = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
    expect(await refusalOf(pay(stripe, kept.id, { customer }))).toMatchObject({ code: 'card_declined' });
  });

  it('are listed by customer, and gone for good when detached', async () => {
    const { stripe } = world;
    const { customer, payment_method } = await saved(stripe, 'pm_card_visa');
    await stripe.paymentMethods.attach('pm_usBankAccount', { customer });
    const cards = await stripe.customers.listPaymentMethods(customer, { type: 'card' });
    expect(cards.data.map(({ id }) => id)).toEqual([payment_method]);
    expect((await stripe.paymentMethods.list({ customer })).data).toHaveLength(2);
    expect(await stripe.paymentMethods.detach(payment_method)).toMatchObject({ customer: null });
    expect((await refusalOf(stripe.paymentMethods.attach(payment_method, { customer }))).message).toContain(
      'It may not be used again',
    );
  });

  it('come from bank account tokens, each of a linked account once', async () => {
    const { stripe } = world;
    const { id: customer } = await stripe.customers.create();
    const token = 'btok_linked6789_0123456789abcdef_once';
    const source = await stripe.customers.createSource(customer, { source: token });
    expect(source).toMatchObject({ object: 'bank_account', last4: '6789', status: 'verified', customer });
    const method = await stripe.paymentMethods.retrieve(source.id);
    expect(method).toMatchObject({
      type: 'us_bank_account',
      us_bank_account: { fingerprint: '0123456789abcdef' },
    });
    const paid = await pay(stripe, source.id, { customer, ...ACCEPTED });
    expect(paid.status).toBe('processing');
    expect(await refusalOf(stripe.customers.createSource(customer, { source: token }))).toMatchObject({
      code: 'token_already_used',
    });
    await stripe.customers.deleteSource(customer, source.id);
    expect((await stripe.customers.listSources(customer)).data).toEqual([]);
  });
});

describe('a SetupIntent', () => {
  it('saves a card that is then charged without the person', async () => {
    const { stripe } = world;
    const { id: customer } = await stripe.customers.create();
    const intent = await stripe.setupIntents.create({
      customer,
      payment_method: 'pm_card_authenticationRequiredOnSetup',
      confirm: true,
      return_url: 'http://127.0.0.1:8083/return',
    });
    expect(intent.status).toBe('requires_action');
    const url = intent.next_action?.redirect_to_url?.url ?? '';
    const left = await submit(url, { secret: intent.client_secret ?? '', outcome: 'complete' });
    expect(left.headers.get('location')).toContain(`setup_intent=${intent.id}`);
    const done = await stripe.setupIntents.retrieve(intent.id);
    expect(done).toMatchObject({ status: 'succeeded', customer });
    const paid = await pay(stripe, String(done.payment_method), { customer, off_session: true });
    expect(paid.status).toBe('succeeded');
  });

  it('is declined, confirmed with another card, listed and canceled', async () => {
    const { stripe } = world;
    const { id: customer } = await stripe.customers.create();
    const { id } = await stripe.setupIntents.create({ customer });
    const declined = stripe.setupIntents.confirm(id, { payment_method: 'pm_card_chargeDeclined' });
    expect(await refusalOf(declined)).toMatchObject({
      statusCode: 402,
      code: 'card_declined',
      setup_intent: { id },
    });
    const confirmed = await stripe.setupIntents.confirm(id, { payment_method: 'pm_card_visa' });
    expect(confirmed.status).toBe('succeeded');
    expect(await refusalOf(stripe.setupIntents.cancel(id))).toMatchObject({
      code: 'setup_intent_unexpected_state',
    });
    const other = await stripe.setupIntents.create({ customer });
    expect((await stripe.setupIntents.cancel(other.id)).status).toBe('canceled');
    expect((await stripe.setupIntents.list({ customer })).data.map((each) => each.id)).toEqual([
      other.id,
      id,
    ]);
  });
});

describe('Checkout in its set-up mode', () => {
  const open = async () => {
    const { id: customer } = await world.stripe.customers.create();
    const session = await world.stripe.checkout.sessions.create({
      mode: 'setup',
      currency: 'usd',
      customer,
      success_url: 'http://127.0.0.1:8083/done?setup={CHECKOUT_SESSION_ID}',
      cancel_url: 'http://127.0.0.1:8083/canceled',
      metadata: { user: 'usr_1' },
    });
    return { customer, session, url: session.url ?? '' };
  };
  const see = (id: string) => world.stripe.checkout.sessions.retrieve(id, { expand: ['setup_intent'] });

  it('is a page on which a test method is chosen, and tells of its end', async () => {
    const { session, url, customer } = await open();
    const page = await fetch(url);
    const text = await page.text();
    expect(text).toContain('Visa ending in 4242');
    expect(text).not.toMatch(/<script|type="text"/);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const left = await submit(url, { method: 'pm_card_visa' });
    expect([left.status, left.headers.get('location')]).toEqual([
      303,
      `http://127.0.0.1:8083/done?setup=${session.id}`,
    ]);
    const done = await see(session.id);
    expect(done).toMatchObject({ status: 'complete', setup_intent: { status: 'succeeded', customer } });
    expect(world.control.events().at(-1)).toMatchObject({
      type: 'checkout.session.completed',
      object_id: session.id,
    });
    expect((await fetch(url)).status).toBe(404);
  });

  it('leads over the page of the bank where that wants to see the person', async () => {
    const { session, url } = await open();
    const to_bank = await submit(url, { method: 'pm_card_authenticationRequired' });
    const bank = new URL(to_bank.headers.get('location') ?? '');
    const secret = bank.searchParams.get('secret') ?? '';
    const back = await submit(bank.href, { secret, outcome: 'complete' });
    const left = await fetch(back.headers.get('location') ?? '', { redirect: 'manual' });
    expect(left.headers.get('location')).toContain(`setup=${session.id}`);
    expect((await see(session.id)).status).toBe('complete');
  });

  it('says when a card is declined, can be left, and expires after a day', async () => {
    const { session, url } = await open();
    const declined = await submit(url, { method: 'pm_card_chargeDeclined' });
    expect([declined.status, await declined.text()]).toEqual([402, expect.stringContaining('was declined')]);
    const left = await submit(`${url}/cancel`, {});
    expect(left.headers.get('location')).toBe('http://127.0.0.1:8083/canceled');
    expect((await see(session.id)).status).toBe('open');
    world.control.advance(86_400_000);
    expect((await see(session.id)).status).toBe('expired');
    expect((await fetch(url)).status).toBe(404);
  });
});
