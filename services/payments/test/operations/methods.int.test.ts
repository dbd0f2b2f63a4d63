import { randomUUID } from 'node:crypto';
import { newId } from '@florin/chassis';
import { until } from '@florin/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Json,
  type PaymentsUnderTest,
  type Person,
  startPaymentsUnderTest,
  toUuid,
} from '../support/payments-under-test.js';

let payments: PaymentsUnderTest;
let ada: Person;
let ben: Person;

beforeAll(async () => {
  payments = await startPaymentsUnderTest('methods');
  ada = await payments.newPerson();
  ben = await payments.newPerson();
});
afterAll(() => payments?.stop());

const add = (payment_token: string, person = ada, more: Json = {}) =>
  payments.tool('add_payment_method', { payment_token, ...more }, person);

async function list(person = ada): Promise<Json[]> {
  const { payment_methods } = await payments.tool('list_payment_methods', {}, person);
  return payment_methods as Json[];
}

async function eventsOf(payment_method_id: unknown): Promise<{ type: string; resources: string }[]> {
  const rows = await payments.sql<{ event: { type: string; resources: string } }[]>`
    select event from outbox where event->>'subject' = ${String(payment_method_id)} order by position`;
  return rows.map(({ event }) => event);
}

describe('payment methods', () => {
  it('are added by a token of the provider, once each, and tell of it', async () => {
    const card = await add('pm_card_visa');
    expect(card).toMatchObject({
      payment_method_id: expect.stringMatching(/^pm_/),
      type: 'card',
      brand: 'visa',
      last4: '4242',
      exp_month: 12,
      status: 'active',
      is_default: true,
    });
    const again = await add('pm_card_visa');
    expect(again).toEqual(card);
    expect(await list()).toEqual([card]);
    expect(await payments.read('payments://me/methods', ada)).toEqual({ payment_methods: [card] });
    expect(await eventsOf(card.payment_method_id)).toMatchObject([
      { type: 'florin.payments.method.added.v1', resources: `payments://${ada.user_id}/methods` },
    ]);
  });

  it('have one default: the first, until another is chosen or it is removed', async () => {
    const { payment_method_id } = await add('pm_card_visa');
    const second = await add('pm_card_mastercard', ada, { set_default: true });
    expect(second).toMatchObject({ is_default: true });
    await payments.tool('set_default_payment_method', { payment_method_id }, ada);
    expect((await list()).map(({ is_default }) => is_default)).toEqual([true, false]);
    for (let times = 0; times < 2; times++) {
      expect(await payments.tool('remove_payment_method', { payment_method_id }, ada)).toEqual({
        payment_method_id,
        status: 'removed',
      });
    }
    expect(await list()).toEqual([{ ...second, is_default: true }]);
    expect((await eventsOf(payment_method_id)).map(({ type }) => type)).toEqual([
      'florin.payments.method.added.v1',
      'florin.payments.method.removed.v1',
    ]);
    // At the provider as well.
    expect((await add('pm_card_visa')).payment_method_id).not.toBe(payment_method_id);
  });

  it('refuse what the provider refuses, and what is no token', async () => {
    for (const token of [
      'pm_card_chargeDeclined',
      'pm_none',
      'tok_none',
      'seti_none',
      '4242',
      'btok_us_verified',
    ]) {
      await expect(add(token), token).rejects.toMatchObject({ reason: 'INVALID_ARGUMENT' });
    }
    await expect(add('4242424242424242')).rejects.toMatchObject({ reason: 'CARD_NUMBER_REFUSED' });
    await expect(add('pm_4242424242424242')).rejects.toMatchObject({ reason: 'CARD_NUMBER_REFUSED' });
  });

  it("are nobody else's, whatever is done with them", async () => {
    const [method] = await list();
    const { payment_method_id } = method ?? {};
    const never = newId('pm');
    for (const tool of ['remove_payment_method', 'set_default_payment_method']) {
      const real = await payments.tool(tool, { payment_method_id }, ben).catch(String);
      expect(real).toBe(await payments.tool(tool, { payment_method_id: never }, ben).catch(String));
      expect(real).toContain('You have no such payment method');
    }
    await expect(payments.tool('list_payment_methods', { user_id: ada.user_id }, ben)).rejects.toMatchObject({
      reason: 'NOT_FOUND',
    });
    await expect(
      payments.pay({ source_id: payment_method_id, destination_id: ben.wallet_id, amount: '1.00' }, ben),
    ).rejects.toMatchObject({ reason: 'NOT_FOUND' });
  });

  it('that have expired are shown so, and cannot be paid with', async () => {
    const { payment_method_id } = await add('pm_card_amex');
    await payments.sql`update payment_methods set exp_year = 2026, exp_month = 9
      where payment_method_id = ${toUuid(String(payment_method_id))}`;
    expect((await list()).find((method) => method.payment_method_id === payment_method_id)).toMatchObject({
      status: 'expired',
    });
    const fund = { wallet_id: ada.wallet_id, source_id: payment_method_id, amount: '1.00', currency: 'USD' };
    await expect(
      payments.tool('fund_wallet', { ...fund, idempotency_key: randomUUID() }, ada),
    ).rejects.toMatchObject({ reason: 'METHOD_EXPIRED' });
    await expect(
      payments.tool('set_default_payment_method', { payment_method_id }, ada),
    ).rejects.toMatchObject({ reason: 'METHOD_EXPIRED' });
  });

  it('page', async () => {
    const first = await payments.tool('list_payment_methods', { page_size: 1 }, ada);
    expect(first.payment_methods).toHaveLength(1);
    const { next_page_token: page_token } = first;
    const second = await payments.tool('list_payment_methods', { page_size: 100, page_token }, ada);
    expect([...(first.payment_methods as Json[]), ...(second.payment_methods as Json[])]).toEqual(
      await list(),
    );
  });
});

describe('the page on which a person enters a method', () => {
  async function setupPage(person: Person): Promise<{ setup_url: string }> {
    return (await payments.tool('create_payment_method_setup', {}, person)) as { setup_url: string };
  }

  it('adds what they entered when they come back, and once, however often they do', async () => {
    const cleo = await payments.newPerson();
    const { setup_url } = await setupPage(cleo);
    payments.sandbox.control.stripe.holdWebhooks();
    const back = await completed(setup_url, 'pm_card_visa');
    for (let times = 0; times < 2; times++) {
      const page = await fetch(back);
      expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('visa ending in 4242')]);
      expect(page.headers.get('cache-control')).toBe('no-store');
    }
    expect(await list(cleo)).toMatchObject([{ last4: '4242', is_default: true }]);
    await payments.sandbox.control.stripe.releaseWebhooks();
    expect(await list(cleo)).toHaveLength(1);
  });

  it('adds it by the webhook alone, where they never come back', async () => {
    const dan = await payments.newPerson();
    await completed((await setupPage(dan)).setup_url, 'pm_card_mastercard');
    await until(async () => expect(await list(dan)).toMatchObject([{ last4: '4444' }]), {
      timeout: 15_000,
      interval: 50,
    });
  });

  it('adds nothing for who turns back, and says nothing to who guesses', async () => {
    const { setup_url } = await setupPage(ben);
    const setup = /cs_\w+/.exec(setup_url)?.[0];
    const turned = await fetch(`${payments.url}/methods/return?setup=${setup}`);
    expect([turned.status, await turned.text()]).toEqual([200, expect.stringContaining('Nothing was saved')]);
    for (const guess of ['cs_test_nothing', 'x', '']) {
      expect((await fetch(`${payments.url}/methods/return?setup=${guess}`)).status).toBe(410);
    }
    expect(await list(ben)).toEqual([]);
  });
});

/** Does on the provider's page what a person does there. @returns where it sends them back to */
async function completed(setup_url: string, method: string): Promise<string> {
  const response = await fetch(setup_url, {
    method: 'POST',
    body: new URLSearchParams({ method }),
    redirect: 'manual',
  });
  const location = response.headers.get('location');
  if (location === null) throw new Error(`the page answered ${response.status}: ${await response.text()}`);
  return location;
}
