import { randomUUID } from 'node:crypto';
import { createLogger } from '@florin/chassis';
import { createDatabase } from '@florin/postgres';
import { until } from '@florin/testkit';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { checkLedger } from '../../src/ledger/check-ledger.js';
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
  payments = await startPaymentsUnderTest('process-refund');
  ada = await payments.newPerson(100_000n);
  ben = await payments.newPerson();
});
afterAll(() => payments?.stop());

async function paid(amount = '10.00', more: Json = {}): Promise<string> {
  const made = await payments.pay(
    { source_id: ada.wallet_id, destination_id: ben.wallet_id, amount, ...more },
    ada,
  );
  return String(made.payment_id);
}

const refund = (args: Json, person: Pick<Person, 'token'> = ben) =>
  payments.tool('process_refund', { idempotency_key: randomUUID(), ...args }, person);

const get = (payment_id: string) => payments.tool('get_payment', { payment_id }, ada);

describe('process_refund between wallets', () => {
  it('gives back a half, then the rest, and then no more', async () => {
    const payment_id = await paid();
    const [before] = await payments.funds(ada);
    const half = await refund({ payment_id, amount: '5.00', reason: 'half was cold' });
    expect(half).toMatchObject({
      refund_id: expect.stringMatching(/^ref_/),
      payment_id,
      amount: { amount: '5.00', currency: 'USD' },
      status: 'succeeded',
      replayed: false,
      receipt_id: expect.stringMatching(/^evt_/),
    });
    expect(await get(payment_id)).toMatchObject({
      status: 'partially_refunded',
      refunded: { amount: '5.00' },
      refundable: { amount: '5.00' },
    });
    await expect(refund({ payment_id, amount: '5.01' })).rejects.toMatchObject({
      reason: 'REFUND_TOO_LARGE',
      details: { refundable: { amount: '5.00', currency: 'USD' } },
    });
    await refund({ payment_id });
    expect(await get(payment_id)).toMatchObject({ status: 'refunded', refundable: { amount: '0.00' } });
    await expect(refund({ payment_id })).rejects.toMatchObject({ reason: 'NOT_REFUNDABLE' });
    expect((await payments.funds(ada))[0]).toBe(before + 1_000n);
  });

  it('writes one event for each, which is its receipt and belongs to the payment', async () => {
    const payment_id = await paid();
    const { refund_id, receipt_id } = await refund({ payment_id });
    const rows = await payments.sql<{ event: Json }[]>`
      select event from outbox where event->>'subject' = ${payment_id} order by position`;
    expect(rows.map(({ event }) => [event.type, event.sequence])).toEqual([
      ['florin.payments.payment.succeeded.v1', '0000000000000000001'],
      ['florin.payments.payment.refunded.v1', '0000000000000000002'],
    ]);
    expect(rows[1]?.event).toMatchObject({ id: receipt_id, data: { refund_id, payment_id } });
  });

  it('gives back once for one key', async () => {
    const payment_id = await paid();
    const args = { payment_id, amount: '1.00', idempotency_key: randomUUID() };
    const first = await refund(args);
    expect(await refund(args)).toEqual({ ...first, replayed: true });
    expect(await get(payment_id)).toMatchObject({ refunded: { amount: '1.00' } });
  });

  it('is approved for the reason that the person read, and for no other', async () => {
    // Known before, so that only fraud wants the person asked; and too much to pass where fraud is not heard in time.
    await paid();
    const payment_id = await until(() => paid('60.00'));
    payments.screening.verdict = 'CHALLENGE';
    onTestFinished(() => {
      payments.screening.verdict = 'APPROVE';
    });
    const args = { payment_id, amount: '51.00', reason: 'sold out', idempotency_key: randomUUID() };
    const asked = await until(() => refund(args));
    expect(asked).toMatchObject({ status: 'approval_required' });
    const approval = payments.issuer.approvals.asked.at(-1);
    if (approval === undefined) throw new Error('no approval was asked for');
    approval.decision = 'granted';
    const { approval_id } = approval;
    const other = { ...args, reason: 'a gift', approval_id };
    await until(() => expect(refund(other)).rejects.toMatchObject({ reason: 'APPROVAL_MISMATCH' }));
    expect(await until(() => refund({ ...args, approval_id }))).toMatchObject({ status: 'succeeded' });
  });

  // proves: refund-bounded
  it('never gives back more than was paid, however many try at once', async () => {
    const payment_id = await paid('10.00');
    const [before] = await payments.funds(ada);
    const tries = await Promise.allSettled(
      Array.from({ length: 8 }, () => refund({ payment_id, amount: '3.00' })),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect((await payments.funds(ada))[0]).toBe(before + 900n);
    expect(await get(payment_id)).toMatchObject({ refunded: { amount: '9.00' } });
  });

  it('is the payee’s alone, or an admin’s: not the payer’s, and a stranger learns nothing', async () => {
    const payment_id = await paid();
    const stranger = await payments.newPerson();
    await expect(refund({ payment_id }, ada)).rejects.toMatchObject({ reason: 'PERMISSION_DENIED' });
    await expect(refund({ payment_id }, stranger)).rejects.toMatchObject({ reason: 'NOT_FOUND' });
    const { user_id } = await payments.newPerson();
    const token = await payments.issuer.sign({
      sub: user_id,
      roles: ['user', 'admin'],
      scopes: ['payments:write'],
    });
    expect(await refund({ payment_id }, { token })).toMatchObject({ status: 'succeeded' });
  });

  it('is refused where the payee has spent the money', async () => {
    const poor = await payments.newPerson();
    const { payment_id } = await payments.pay(
      { source_id: ada.wallet_id, destination_id: poor.wallet_id, amount: '7.00' },
      ada,
    );
    await payments.pay({ source_id: poor.wallet_id, destination_id: ben.wallet_id, amount: '7.00' }, poor);
    await expect(refund({ payment_id }, poor)).rejects.toMatchObject({ reason: 'INSUFFICIENT_FUNDS' });
  });

  it('waits while fraud holds it, without looking done, and is free again once fraud declines', async () => {
    const payment_id = await paid();
    const before = await payments.funds(ben);
    payments.screening.verdict = 'HOLD';
    const held = await refund({ payment_id, amount: '4.00' });
    expect(held).toMatchObject({ status: 'held' });
    expect(await get(payment_id)).toMatchObject({ status: 'succeeded', refundable: { amount: '6.00' } });
    payments.screening.verdict = 'DECLINE';
    await until(
      async () => {
        const transaction_id = String(held.refund_id);
        await payments.nats.publish('florin.fraud.screening.decided.v1', {
          subject: transaction_id,
          data: { transaction_id },
        });
        expect(await get(payment_id)).toMatchObject({ refundable: { amount: '10.00' } });
      },
      { interval: 100 },
    );
    payments.screening.verdict = 'APPROVE';
    expect(await payments.funds(ben)).toEqual(before);
  });
});

describe('process_refund of a card payment', () => {
  it('asks the provider once, and takes it from who was paid', async () => {
    const { payment_method_id } = await payments.tool(
      'add_payment_method',
      { payment_token: 'pm_card_visa' },
      ada,
    );
    const before = await payments.funds(ben);
    const charged = await payments.pay(
      { source_id: payment_method_id, destination_id: ben.wallet_id, amount: '20.00' },
      ada,
    );
    expect(charged).toMatchObject({ status: 'succeeded' });
    expect(await payments.funds(ben)).toEqual([before[0] + 2_000n, before[1] + 2_000n]);
    const payment_id = String(charged.payment_id);
    // Ben is not told by which card he was paid.
    const seen = await payments.tool('get_payment', { payment_id }, ben);
    expect(seen).not.toHaveProperty('source_id');

    const given = await refund({ payment_id, amount: '5.00' });
    expect(['succeeded', 'processing']).toContain(given.status);
    await until(async () => {
      expect(await get(payment_id)).toMatchObject({
        status: 'partially_refunded',
        refunded: { amount: '5.00' },
      });
    });
    expect(await payments.funds(ben)).toEqual([before[0] + 1_500n, before[1] + 1_500n]);
  });

  it('says when a card is declined, and moves nothing', async () => {
    const { payment_method_id } = await payments.tool(
      'add_payment_method',
      { payment_token: 'pm_card_chargeCustomerFail' },
      ada,
    );
    const before = await payments.funds(ben);
    const declined = await payments.pay(
      { source_id: payment_method_id, destination_id: ben.wallet_id, amount: '20.00' },
      ada,
    );
    expect(declined).toMatchObject({ status: 'failed', status_reason: 'card_declined' });
    expect(await payments.funds(ben)).toEqual(before);
  });
});

it('leaves the book balanced', async () => {
  const logger = createLogger({ name: 'test', level: 'silent' });
  const database = createDatabase({ url: payments.database.url, application_name: 'check', logger });
  expect(await checkLedger(database.sql)).toEqual([]);
  await database.close();
});
