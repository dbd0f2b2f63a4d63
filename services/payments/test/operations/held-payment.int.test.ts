import { randomUUID } from 'node:crypto';
import { until } from '@florin/testkit';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
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
  payments = await startPaymentsUnderTest('held-payment', { UNSCREENED_LIMITS: '' });
  ada = await payments.newPerson(100_000n);
  ben = await payments.newPerson();
});
afterAll(() => payments?.stop());
afterEach(() => {
  payments.screening.verdict = 'APPROVE';
});

/** Nothing passes unscreened here, so where fraud is not heard in time, the call is refused and made again. */
function pay(args: Json): Promise<Json> {
  const idempotency_key = randomUUID();
  return until(() => payments.pay({ idempotency_key, ...args }, ada), { timeout: 20_000, interval: 100 });
}

const to = () => ({ source_id: ada.wallet_id, destination_id: ben.wallet_id, amount: '4.00' });

// proves: held-set-aside
it('a held payment sets the money aside, is unseen by the payee, and is made once fraud approves', async () => {
  payments.screening.verdict = 'HOLD';
  const [balance, available] = await payments.funds(ada);
  const held = await pay(to());
  expect(held).toMatchObject({ status: 'held', next_step: expect.stringContaining('Do not pay again') });
  expect(await payments.funds(ada)).toEqual([balance, available - 400n]);
  const { payment_id } = held as { payment_id: string };
  await expect(payments.tool('get_payment', { payment_id }, ben)).rejects.toMatchObject({
    reason: 'NOT_FOUND',
  });
  payments.screening.verdict = 'APPROVE';
  await decided(payment_id, 'succeeded');
  expect(await payments.funds(ada)).toEqual([balance - 400n, available - 400n]);
});

it('a held payment gives the money free where fraud declines, or the person cancels', async () => {
  const before = await payments.funds(ada);
  payments.screening.verdict = 'HOLD';
  const [declined, canceled] = [await pay(to()), await pay(to())];
  expect(await payments.tool('cancel_payment', { payment_id: canceled.payment_id }, ada)).toMatchObject({
    status: 'canceled',
  });
  expect(await payments.tool('cancel_payment', { payment_id: canceled.payment_id }, ada)).toMatchObject({
    status: 'canceled',
  });
  payments.screening.verdict = 'DECLINE';
  await decided(String(declined.payment_id), 'declined');
  payments.screening.verdict = 'APPROVE';
  expect(await payments.funds(ada)).toEqual(before);
});

it('a held payment makes its payee one who was paid before only once it is made', async () => {
  const stranger = await payments.newPerson();
  const isFirst = async () => {
    const args = { ...to(), destination_id: stranger.wallet_id, currency: 'USD' };
    return (await payments.tool('preview_payment', args, ada)).first_payment_to_payee;
  };
  const hold = async () => {
    payments.screening.verdict = 'HOLD';
    const { payment_id } = await pay({ ...to(), destination_id: stranger.wallet_id });
    return String(payment_id);
  };
  const declined = await hold();
  expect(await isFirst()).toBe(true);
  payments.screening.verdict = 'DECLINE';
  await decided(declined, 'declined');
  expect(await isFirst()).toBe(true);
  const made = await hold();
  payments.screening.verdict = 'APPROVE';
  await decided(made, 'succeeded');
  expect(await isFirst()).toBe(false);
});

it('a payment that is declined at once moves nothing, and keeps its key', async () => {
  const before = await payments.funds(ada);
  payments.screening.verdict = 'DECLINE';
  const args = { ...to(), idempotency_key: randomUUID() };
  const declined = await pay(args);
  payments.screening.verdict = 'APPROVE';
  expect(declined).toMatchObject({ status: 'declined', status_reason: 'declined_by_screening' });
  expect(await pay(args)).toMatchObject({ status: 'declined', replayed: true });
  expect(await payments.funds(ada)).toEqual(before);
  await expect(
    payments.tool('cancel_payment', { payment_id: declined.payment_id }, ada),
  ).rejects.toMatchObject({ reason: 'NOT_CANCELABLE' });
});

/** As fraud tells it: by an event that says only which transaction it decided. */
async function decided(payment_id: string, status: string): Promise<void> {
  const data = { subject: payment_id, data: { transaction_id: payment_id } };
  await until(
    async () => {
      await payments.nats.publish('florin.fraud.screening.decided.v1', data);
      const found = await payments.tool('get_payment', { payment_id }, ada);
      if (found.status !== status) throw new Error(`it is ${found.status}`);
    },
    { timeout: 15_000, interval: 100 },
  );
}
