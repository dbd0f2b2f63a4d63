import { until } from '@florin/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Json,
  type PaymentsUnderTest,
  type Person,
  startPaymentsUnderTest,
} from '../support/payments-under-test.js';

let payments: PaymentsUnderTest;
let ada: Person;
let ben: Person;

beforeAll(async () => {
  payments = await startPaymentsUnderTest('list-payments');
  ada = await payments.newPerson(100_000n);
  ben = await payments.newPerson(100_000n);
});
afterAll(() => payments?.stop());

const pay = (from: Person, to: Person, more: Json = {}) =>
  payments.pay({ source_id: from.wallet_id, destination_id: to.wallet_id, amount: '1.00', ...more }, from);

const idsOf = (list: unknown) => (list as { payment_id: string }[]).map(({ payment_id }) => payment_id);

describe('list_payments', () => {
  it('shows both directions, each payment once over all pages, the newest first', async () => {
    const made: string[] = [];
    for (const [from, to] of [
      [ada, ben],
      [ben, ada],
      [ada, ben],
      [ben, ada],
      [ada, ben],
    ] as const) {
      made.push(String((await pay(from, to)).payment_id));
    }
    const seen: string[] = [];
    let page_token: unknown;
    do {
      const page: Json = await payments.tool(
        'list_payments',
        { page_size: 2, ...(page_token !== undefined && { page_token }) },
        ada,
      );
      seen.push(...idsOf(page.payments));
      page_token = page.next_page_token;
    } while (page_token !== undefined);
    expect(seen).toEqual(made.toReversed());

    const { payments: received } = await payments.tool('list_payments', { direction: 'in' }, ada);
    expect(idsOf(received)).toEqual([made[3], made[1]]);
    const { payments: none } = await payments.tool('list_payments', { status: 'failed' }, ada);
    expect(none).toEqual([]);
  });

  it('never exceeds what one result holds, however long the descriptions are', async () => {
    const payer = await payments.newPerson(10_000n);
    const description = '€'.repeat(140);
    for (let n = 0; n < 70; n += 10) {
      await Promise.all(Array.from({ length: 10 }, () => pay(payer, ben, { amount: '0.01', description })));
    }
    const first = await payments.tool('list_payments', { page_size: 100 }, payer);
    const rest = await payments.tool(
      'list_payments',
      { page_size: 100, page_token: first.next_page_token },
      payer,
    );
    expect(new Set([...idsOf(first.payments), ...idsOf(rest.payments)]).size).toBe(70);
    expect(Buffer.byteLength(JSON.stringify(first))).toBeLessThanOrEqual(64 * 1_024);
  });
});

describe('a payment by a card', () => {
  const byCard = async (payment_token: string) => {
    const { payment_method_id } = await payments.tool('add_payment_method', { payment_token }, ada);
    return payments.pay({ source_id: payment_method_id, destination_id: ben.wallet_id, amount: '9.00' }, ada);
  };

  it('that the person must confirm shows them where, and can be canceled until they have', async () => {
    const before = await payments.funds(ben);
    const asked = await byCard('pm_card_authenticationRequired');
    expect(asked).toMatchObject({
      status: 'processing',
      action_url: expect.stringMatching(/^http/),
      next_step: expect.stringContaining('action_url'),
    });
    const { payment_id } = asked;
    expect(await payments.tool('cancel_payment', { payment_id }, ada)).toMatchObject({ status: 'canceled' });
    expect(await payments.tool('get_payment', { payment_id }, ada)).not.toHaveProperty('action_url');
    expect(await payments.funds(ben)).toEqual(before);
  });

  it('that fraud holds is not charged before it approves, and then once', async () => {
    const [before] = await payments.funds(ben);
    payments.screening.verdict = 'HOLD';
    const held = await byCard('pm_card_mastercard');
    expect(held).toMatchObject({ status: 'held' });
    const charges = () =>
      payments.sandbox.control.stripe
        .charges()
        .filter(({ metadata }) => metadata.payment_id === held.payment_id);
    expect(charges()).toEqual([]);
    payments.screening.verdict = 'APPROVE';
    const transaction_id = String(held.payment_id);
    await payments.nats.publish('florin.fraud.screening.decided.v1', {
      subject: transaction_id,
      data: { transaction_id },
    });
    await until(async () => {
      const now = await payments.tool('get_payment', { payment_id: held.payment_id }, ada);
      expect(now).toMatchObject({ status: 'succeeded' });
    });
    expect(charges()).toHaveLength(1);
    expect((await payments.funds(ben))[0]).toBe(before + 900n);
  });
});
