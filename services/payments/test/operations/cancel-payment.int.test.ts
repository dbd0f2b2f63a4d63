import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type OutsideMoney, startOutsideMoney } from '../support/outside-money.js';
import type { Person } from '../support/payments-under-test.js';

let outside: OutsideMoney;

beforeAll(async () => {
  outside = await startOutsideMoney('cancel');
});
afterAll(() => outside?.stop());
afterEach(async () => {
  outside.payments.sandbox.control.clearFaults();
  expect(await outside.contradictions()).toEqual([]);
});

const cancel = (person: Person, payment_id: unknown) =>
  outside.payments.tool('cancel_payment', { payment_id }, person);

describe('cancel_payment', () => {
  it('says so where a bank has the payment already, which then ends as the bank has it', async () => {
    const ada = await outside.payments.newPerson(10_000n);
    const debit = await outside.fund(ada, await outside.method(ada, 'pm_usBankAccount'));
    expect(debit).toMatchObject({ status: 'processing' });
    const withdrawal = await outside.withdraw(ada, outside.account(ada));
    for (const { payment_id } of [debit, withdrawal]) {
      await expect(cancel(ada, payment_id)).rejects.toMatchObject({
        reason: 'NOT_CANCELABLE',
        message: expect.stringContaining('get_payment'),
      });
      expect(await outside.get(ada, payment_id)).toMatchObject({ status: 'processing' });
    }
    const { stripe } = outside.payments.sandbox.control;
    stripe.settleDebit(await outside.providerId(debit.payment_id));
    await outside.becomes(ada, debit.payment_id, { status: 'succeeded' });
  });

  it('can be asked again where the first try came to nothing', async () => {
    const ada = await outside.payments.newPerson(10_000n);
    const asked = await outside.fund(ada, await outside.method(ada, 'pm_card_authenticationRequired'));
    expect(asked).toMatchObject({ status_reason: 'requires_action' });
    outside.payments.sandbox.control.setFault({
      kind: 'status',
      status: 500,
      stored: true,
      provider: 'stripe',
      path: '/v1/payment_intents/:intent/cancel',
      times: 1,
    });
    expect(await cancel(ada, asked.payment_id)).toMatchObject({ status: 'unknown' });
    expect(await cancel(ada, asked.payment_id)).toMatchObject({ status: 'canceled' });
    expect(await outside.payments.funds(ada)).toEqual([10_000n, 10_000n]);
  });
});
