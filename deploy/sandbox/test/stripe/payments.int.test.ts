import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCEPTED, pay, refusalOf, type StripeWorld, saved, startWithStripe } from './client.js';

let world: StripeWorld;

beforeAll(async () => {
  world = await startWithStripe();
});

afterAll(() => world.sandbox.stop());

describe('a payment by card', () => {
  it('succeeds at once, and its fee is booked', async () => {
    const { stripe } = world;
    const intent = await pay(stripe, 'pm_card_visa', {
      metadata: { payment: 'pay_1' },
      expand: ['latest_charge.balance_transaction', 'payment_method'],
    });
    expect(intent).toMatchObject({
      status: 'succeeded',
      amount_received: 5_000,
      metadata: { payment: 'pay_1' },
      payment_method: { card: { brand: 'visa', last4: '4242' } },
      latest_charge: {
        status: 'succeeded',
        captured: true,
        balance_transaction: { type: 'charge', amount: 5_000, fee: 175, net: 4_825 },
      },
    });
  });

  it.each([
    ['pm_card_visa_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_visa_chargeDeclinedFraudulent', 'card_declined', 'fraudulent'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', 'expired_card'],
    ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', 'incorrect_cvc'],
    ['pm_card_chargeDeclinedProcessingError', 'processing_error', 'processing_error'],
  ])('%s is declined as %s, %s', async (token, code, decline_code) => {
    const refused = await refusalOf(pay(world.stripe, token));
    expect(refused).toMatchObject({ type: 'StripeCardError', statusCode: 402, code, decline_code });
    const { payment_intent } = refused;
    expect(payment_intent).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code, decline_code, type: 'card_error' },
    });
    const charge = await world.stripe.charges.retrieve(String(payment_intent?.latest_charge));
    expect(charge).toMatchObject({ status: 'failed', paid: false, failure_code: code });
  });

  it('that was declined can be tried again with another card', async () => {
    const { payment_intent } = await refusalOf(pay(world.stripe, 'pm_card_chargeDeclined'));
    const intent = await world.stripe.paymentIntents.confirm(String(payment_intent?.id), {
      payment_method: 'pm_card_mastercard',
    });
    expect(intent.status).toBe('succeeded');
  });

  it('by a saved card needs the customer it is saved for', async () => {
    const { customer, payment_method } = await saved(world.stripe, 'pm_card_visa');
    expect((await refusalOf(pay(world.stripe, payment_method))).message).toContain(
      'Please include the Customer',
    );
    const paid = await pay(world.stripe, payment_method, { customer, off_session: true });
    expect(paid.status).toBe('succeeded');
  });

  it('is refused below the least amount, and with parameters that Stripe does not know', async () => {
    expect(await refusalOf(pay(world.stripe, 'pm_card_visa', { amount: 49 }))).toMatchObject({
      statusCode: 400,
      code: 'amount_too_small',
      param: 'amount',
    });
    const unknown = { colour: 'red' } as object;
    expect(await refusalOf(pay(world.stripe, 'pm_card_visa', unknown))).toMatchObject({
      code: 'parameter_unknown',
      param: 'colour',
    });
  });
});

describe('a payment held first', () => {
  const held = () => pay(world.stripe, 'pm_card_visa', { capture_method: 'manual' });

  it('is captured in part once, and the rest is given back', async () => {
    const { id, status, amount_capturable } = await held();
    expect([status, amount_capturable]).toEqual(['requires_capture', 5_000]);
    const tooMuch = await refusalOf(world.stripe.paymentIntents.capture(id, { amount_to_capture: 5_001 }));
    expect(tooMuch).toMatchObject({ statusCode: 400, code: 'amount_too_large' });
    const captured = await world.stripe.paymentIntents.capture(id, {
      amount_to_capture: 3_000,
      expand: ['latest_charge'],
    });
    expect(captured).toMatchObject({
      status: 'succeeded',
      amount_received: 3_000,
      latest_charge: { amount_captured: 3_000, amount_refunded: 2_000, refunded: false },
    });
    const again = await refusalOf(world.stripe.paymentIntents.capture(id));
    expect(again).toMatchObject({ code: 'payment_intent_unexpected_state', payment_intent: { id } });
    const refused = await refusalOf(world.stripe.refunds.create({ payment_intent: id, amount: 3_001 }));
    expect(refused.message).toContain('greater than unrefunded amount on charge ($30.00)');
  });

  it('is canceled, and released by itself after seven days', async () => {
    const first = await held();
    const canceled = await world.stripe.paymentIntents.cancel(first.id, {
      cancellation_reason: 'requested_by_customer',
    });
    expect(canceled).toMatchObject({ status: 'canceled', cancellation_reason: 'requested_by_customer' });
    const second = await held();
    world.control.advance(7 * 86_400_000);
    expect(await world.stripe.paymentIntents.retrieve(second.id)).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'automatic',
    });
  });
});

describe('a payment that the bank wants to see the person for', () => {
  const return_url = 'http://127.0.0.1:8083/return?payment=pay_1';

  async function answer(url: string, outcome: string) {
    const page = await fetch(url);
    expect([page.status, await page.text()]).toEqual([
      200,
      expect.stringContaining('Complete authentication'),
    ]);
    const secret = new URL(url).searchParams.get('secret') ?? '';
    const body = new URLSearchParams({ secret, outcome });
    return fetch(url, { method: 'POST', body, redirect: 'manual' });
  }

  it.each([
    ['complete', 'succeeded'],
    ['fail', 'requires_payment_method'],
  ])('waits for the page: %s leads to %s', async (outcome, status) => {
    const intent = await pay(world.stripe, 'pm_card_threeDSecure2Required', { return_url });
    expect(intent).toMatchObject({
      status: 'requires_action',
      next_action: { type: 'redirect_to_url', redirect_to_url: { return_url } },
    });
    const left = await answer(intent.next_action?.redirect_to_url?.url ?? '', outcome);
    const target = new URL(left.headers.get('location') ?? '');
    expect([left.status, target.searchParams.get('payment')]).toEqual([303, 'pay_1']);
    expect(target.searchParams.get('payment_intent')).toBe(intent.id);
    const after = await world.stripe.paymentIntents.retrieve(intent.id);
    expect(after.status).toBe(status);
    if (outcome === 'fail') {
      expect(after.last_payment_error?.code).toBe('payment_intent_authentication_failure');
    }
  });

  it('is declined when the person is not there', async () => {
    const { customer, payment_method } = await saved(world.stripe, 'pm_card_authenticationRequired');
    const refused = await refusalOf(pay(world.stripe, payment_method, { customer, off_session: true }));
    expect(refused).toMatchObject({ statusCode: 402, code: 'authentication_required' });
    const impatient = pay(world.stripe, 'pm_card_threeDSecure2Required', { error_on_requires_action: true });
    expect(await refusalOf(impatient)).toMatchObject({ statusCode: 402, code: 'authentication_required' });
  });
});

describe('a payment by bank debit', () => {
  const debit = (token: string) => pay(world.stripe, token, ACCEPTED);
  const stateOf = async (id: string) => (await world.stripe.paymentIntents.retrieve(id)).status;

  it('is processing until the bank pays', async () => {
    const { id, status } = await debit('pm_usBankAccount');
    expect(status).toBe('processing');
    world.control.settleDebit(id);
    const paid = await world.stripe.paymentIntents.retrieve(id, {
      expand: ['latest_charge.balance_transaction'],
    });
    expect(paid).toMatchObject({
      status: 'succeeded',
      latest_charge: { balance_transaction: { type: 'payment', reporting_category: 'charge', fee: 40 } },
    });
  });

  it('settles with time, as its token says', async () => {
    const ids = [await debit('pm_usBankAccount_success'), await debit('pm_usBankAccount_noAccount')];
    const never = await debit('pm_usBankAccount_processing');
    world.control.advance(4 * 86_400_000);
    expect(await Promise.all(ids.map(({ id }) => stateOf(id)))).toEqual([
      'succeeded',
      'requires_payment_method',
    ]);
    expect(await stateOf(never.id)).toBe('processing');
  });

  it('fails by command with the code of the bank', async () => {
    const { id } = await debit('pm_usBankAccount');
    world.control.failDebit(id, 'account_closed');
    const failed = await world.stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] });
    expect(failed).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'account_closed' },
      latest_charge: { status: 'failed', failure_code: 'account_closed' },
    });
  });

  it('needs a mandate', async () => {
    const refused = await refusalOf(pay(world.stripe, 'pm_usBankAccount'));
    expect(refused).toMatchObject({ statusCode: 400, param: 'mandate_data' });
  });

  it('can come back after it succeeded, as a dispute that is lost', async () => {
    const { id } = await debit('pm_usBankAccount');
    world.control.settleDebit(id);
    world.control.returnDebit(id);
    const { latest_charge } = await world.stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] });
    expect(latest_charge).toMatchObject({ disputed: true });
    const types = world.control.events().map(({ type }) => type);
    expect(types.slice(-3)).toEqual([
      'charge.dispute.created',
      'charge.dispute.funds_withdrawn',
      'charge.dispute.closed',
    ]);
  });
});

describe('a refund', () => {
  it('never exceeds what was captured', async () => {
    const { id } = await pay(world.stripe, 'pm_card_visa');
    const first = await world.stripe.refunds.create({ payment_intent: id, amount: 2_000 });
    expect(first).toMatchObject({ status: 'succeeded', amount: 2_000, payment_intent: id });
    expect(await refusalOf(world.stripe.refunds.create({ payment_intent: id, amount: 3_001 }))).toMatchObject(
      { statusCode: 400, param: 'amount' },
    );
    await world.stripe.refunds.create({ payment_intent: id });
    expect(await refusalOf(world.stripe.refunds.create({ payment_intent: id }))).toMatchObject({
      code: 'charge_already_refunded',
    });
    const { data } = await world.stripe.refunds.list({ payment_intent: id });
    expect(data.map(({ amount }) => amount)).toEqual([3_000, 2_000]);
  });

  it('of a debit is pending until it arrives', async () => {
    const { id } = await pay(world.stripe, 'pm_usBankAccount', ACCEPTED);
    world.control.settleDebit(id);
    const refund = await world.stripe.refunds.create({ payment_intent: id });
    expect(refund.status).toBe('pending');
    world.control.settleRefund(refund.id);
    expect((await world.stripe.refunds.retrieve(refund.id)).status).toBe('succeeded');
  });

  it('that comes back gives the money back to the platform', async () => {
    const { id } = await pay(world.stripe, 'pm_card_refundFail');
    const refund = await world.stripe.refunds.create({ payment_intent: id });
    expect(refund.status).toBe('succeeded');
    world.control.failRefund(refund.id);
    const failed = await world.stripe.refunds.retrieve(refund.id, {
      expand: ['failure_balance_transaction', 'charge'],
    });
    expect(failed).toMatchObject({
      status: 'failed',
      failure_reason: 'lost_or_stolen_card',
      failure_balance_transaction: { amount: 5_000, type: 'refund_failure' },
      charge: { amount_refunded: 0 },
    });
    const told = world.control.events().filter(({ object_id }) => object_id === refund.id);
    expect(told.map(({ type }) => type)).toEqual([
      'refund.created',
      'refund.updated',
      'charge.refund.updated',
      'refund.failed',
    ]);
  });

  it('that has come back stays so, and its money comes back once', async () => {
    const { id } = await pay(world.stripe, 'pm_card_visa');
    const refund = await world.stripe.refunds.create({ payment_intent: id });
    for (let times = 0; times < 2; times++) world.control.failRefund(refund.id);
    world.control.settleRefund(refund.id);
    expect((await world.stripe.refunds.retrieve(refund.id)).status).toBe('failed');
    const { data } = await world.stripe.balanceTransactions.list({ source: refund.id });
    expect(data.map(({ type, amount }) => [type, amount])).toEqual([
      ['refund_failure', 5_000],
      ['refund', -5_000],
    ]);
  });
});
