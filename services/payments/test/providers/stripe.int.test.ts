import { newId } from '@florin/chassis';
import { type Sandbox, start as startSandbox } from '@florin/sandbox';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type ChargeAsk,
  type PaymentProvider,
  ProviderRejected,
  ProviderUnavailable,
  ProviderUnknown,
} from '../../src/providers/payment-provider.js';
import { createStripe, type StripeOptions } from '../../src/providers/stripe.js';

let sandbox: Sandbox;
let provider: PaymentProvider;
let customer_id: string;
const user_id = newId('usr');
const now = () => new Date();

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'stripe-adapter' });
  provider = adapter();
  customer_id = await provider.createCustomer(user_id);
});
afterAll(() => sandbox.stop(0));
afterEach(() => {
  sandbox.control.clearFaults();
});

function adapter(over: Partial<StripeOptions> = {}): PaymentProvider {
  return createStripe({
    secret_key: 'sk_test_florin_local',
    webhook_secret: 'whsec_florin_local',
    base_url: sandbox.stripe_url,
    public_url: 'http://127.0.0.1:8083',
    now,
    pause_ms: 1,
    open_ms: 50,
    ...over,
  });
}

/** What pays by the test token of Stripe's. */
async function askWith(token: string, over: Partial<ChargeAsk> = {}): Promise<ChargeAsk> {
  const method = await provider.attachMethod(customer_id, token);
  return {
    payment_id: newId('pay'),
    attempt: 1,
    user_id,
    customer_id,
    provider_method_id: method.provider_method_id,
    method_type: method.type,
    amount_minor: 12_34n,
    currency: 'USD',
    on_session: true,
    ...over,
  };
}

const chargedTimes = (payment_id: string) =>
  sandbox.control.stripe.timesCharged('payment_id')[payment_id] ?? 0;
const find = (ask: ChargeAsk, provider_id?: string) =>
  provider.findCharge({
    payment_id: ask.payment_id,
    customer_id,
    sent_at: now(),
    ...(provider_id !== undefined && { provider_id }),
  });

describe('a charge', () => {
  it('succeeds, and says what was captured and what it costs', async () => {
    const ask = await askWith('pm_card_visa');
    const report = await provider.charge(ask);
    expect(report).toMatchObject({
      provider_id: expect.stringMatching(/^pi_/),
      status: 'succeeded',
      captured_minor: 1234n,
      refunded_minor: 0n,
      returned_minor: 0n,
      disputed: false,
      fee_minor: expect.any(BigInt),
    });
    expect(await find(ask)).toEqual(report);
    expect(await find(ask, report.provider_id)).toEqual(report);
  });

  it.each([
    ['pm_card_chargeCustomerFail', 'card_declined'],
    ['pm_card_threeDSecureRequiredChargeDeclined', undefined],
  ])('of %s is declined for its reason, and money is never taken', async (token, failure) => {
    const ask = await askWith(token, { on_session: failure !== undefined });
    const report = await provider.charge(ask);
    expect(report).toMatchObject({ status: 'failed', failure: failure ?? 'authentication_required' });
    expect(await find(ask)).toMatchObject({ status: 'failed', failure: report.failure });
    expect(chargedTimes(ask.payment_id)).toBe(0);
  });

  it('sends the person to their bank where that wants it, and no further without them', async () => {
    const ask = await askWith('pm_card_threeDSecure2Required');
    const report = await provider.charge(ask);
    expect(report).toMatchObject({ status: 'requires_action', action_url: expect.stringMatching(/^http/) });
    expect(await find(ask)).toEqual(report);
    expect(await provider.cancelCharge(ask.payment_id, report.provider_id)).toMatchObject({
      status: 'canceled',
    });
    const absent = await askWith('pm_card_threeDSecure2Required', { on_session: false });
    expect(await provider.charge(absent)).toMatchObject({
      status: 'failed',
      failure: 'authentication_required',
    });
  });

  it('by a bank is pending until it settles, and may still fail', async () => {
    const [good, bad] = [
      await askWith('pm_usBankAccount_success'),
      await askWith('pm_usBankAccount_insufficientFunds'),
    ];
    const [first, second] = [await provider.charge(good), await provider.charge(bad)];
    expect([first.status, second.status]).toEqual(['processing', 'processing']);
    sandbox.control.stripe.settleDebit(first.provider_id);
    sandbox.control.stripe.failDebit(second.provider_id, 'insufficient_funds');
    expect(await find(good, first.provider_id)).toMatchObject({ status: 'succeeded', captured_minor: 1234n });
    expect(await find(bad, second.provider_id)).toMatchObject({
      status: 'failed',
      failure: 'insufficient_funds',
    });
  });

  it('by a bank that takes it back late is returned, finally', async () => {
    const ask = await askWith('pm_usBankAccount_success');
    const { provider_id } = await provider.charge(ask);
    sandbox.control.stripe.settleDebit(provider_id);
    sandbox.control.stripe.returnDebit(provider_id);
    expect(await find(ask, provider_id)).toMatchObject({
      status: 'succeeded',
      returned_minor: 1234n,
      disputed: false,
    });
  });

  it('that is disputed is taken back while that is open, and given again when it is won', async () => {
    const ask = await askWith('pm_card_visa');
    const { provider_id } = await provider.charge(ask);
    const dispute = sandbox.control.stripe.dispute(provider_id);
    expect(await find(ask, provider_id)).toMatchObject({ returned_minor: 1234n, disputed: true });
    sandbox.control.stripe.closeDispute(dispute, 'won');
    expect(await find(ask, provider_id)).toMatchObject({ returned_minor: 0n, disputed: false });
    const lost = await askWith('pm_card_visa');
    const other = await provider.charge(lost);
    sandbox.control.stripe.closeDispute(sandbox.control.stripe.dispute(other.provider_id), 'lost');
    expect(await find(lost, other.provider_id)).toMatchObject({ returned_minor: 1234n, disputed: false });
  });

  it('in a currency that Stripe counts in another unit is never asked for', async () => {
    const ask = await askWith('pm_card_visa', { currency: 'UGX' });
    await expect(provider.charge(ask)).rejects.toMatchObject({ failure: 'currency_not_supported' });
    await expect(provider.charge({ ...ask, currency: 'KWD' })).rejects.toThrow(ProviderRejected);
    expect(await find(ask)).toBeUndefined();
  });
});

describe('when Stripe does not answer', () => {
  it('a charge that was done and not answered is sent again under its key, and charged once', async () => {
    const ask = await askWith('pm_card_visa');
    sandbox.control.setFault({
      kind: 'drop_connection',
      provider: 'stripe',
      path: '/v1/payment_intents',
      after_applying: true,
      times: 1,
    });
    expect(await provider.charge(ask)).toMatchObject({ status: 'succeeded' });
    expect(await provider.charge(ask)).toMatchObject({ status: 'succeeded' });
    expect(chargedTimes(ask.payment_id)).toBe(1);
  });

  it('a late answer is an unknown one', async () => {
    const impatient = adapter({ timeout_ms: 100 });
    const ask = await askWith('pm_card_visa');
    sandbox.control.setFault({
      kind: 'latency',
      provider: 'stripe',
      latency_ms: 1_000,
      path: '/v1/payment_intents',
    });
    await expect(impatient.charge(ask)).rejects.toThrow(ProviderUnknown);
    sandbox.control.clearFaults();
    // Until the first one is done, its key is in use.
    await expect
      .poll(() => provider.charge(ask).catch(String), { timeout: 10_000 })
      .toMatchObject({ status: 'succeeded' });
    expect(chargedTimes(ask.payment_id)).toBe(1);
  });

  it('a 500 after applying is unknown, stays one under its key, and is found by its metadata', async () => {
    const ask = await askWith('pm_card_visa');
    sandbox.control.setFault({
      kind: '500_after_applying',
      provider: 'stripe',
      path: '/v1/payment_intents',
      times: 1,
    });
    await expect(provider.charge(ask)).rejects.toThrow(ProviderUnknown);
    expect(await find(ask)).toMatchObject({ status: 'succeeded' });
    expect(chargedTimes(ask.payment_id)).toBe(1);
  });

  it('a 429 is tried again, and then was not done', async () => {
    const ask = await askWith('pm_card_visa');
    const tooMany = { kind: 'status', status: 429, provider: 'stripe', path: '/v1/payment_intents' } as const;
    sandbox.control.setFault({ ...tooMany, times: 1 });
    expect(await provider.charge(ask)).toMatchObject({ status: 'succeeded' });
    const other = await askWith('pm_card_visa');
    sandbox.control.setFault(tooMany);
    await expect(provider.charge(other)).rejects.toThrow(ProviderUnavailable);
    sandbox.control.clearFaults();
    expect(await find(other)).toBeUndefined();
  });

  it('a provider that is down is left alone for a while, and asked again afterwards', async () => {
    const own = adapter({ open_ms: 200 });
    const ask = await askWith('pm_card_visa');
    await sandbox.control.setFault({ kind: 'down', provider: 'stripe' });
    for (let attempt = 0; attempt < 4; attempt++) {
      await own.getMethod('pm_1').catch(() => undefined);
    }
    const before = sandbox.control.stripe.requests().length;
    await expect(own.charge(ask)).rejects.toThrow(ProviderUnavailable);
    expect(sandbox.control.stripe.requests()).toHaveLength(before);
    sandbox.control.clearFaults();
    await expect
      .poll(() => own.charge(ask).catch(() => undefined), { timeout: 10_000 })
      .toMatchObject({ status: 'succeeded' });
  });

  it('a key that was used for something else is unknown: something was sent under it', async () => {
    const ask = await askWith('pm_card_visa');
    await provider.charge(ask);
    await expect(provider.charge({ ...ask, amount_minor: 99n })).rejects.toThrow(ProviderUnknown);
    expect(chargedTimes(ask.payment_id)).toBe(1);
  });
});

describe('a refund', () => {
  it('gives back what was captured, and never more', async () => {
    const ask = await askWith('pm_card_visa');
    const { provider_id } = await provider.charge(ask);
    const refund = { refund_id: newId('ref'), attempt: 1, payment_id: ask.payment_id, provider_id };
    const report = await provider.refund({ ...refund, amount_minor: 1000n });
    expect(report).toMatchObject({ status: 'succeeded', provider_id: expect.stringMatching(/^re_/) });
    expect(await provider.findRefund(refund.refund_id, provider_id)).toEqual(report);
    expect(await provider.findRefund(newId('ref'), provider_id)).toBeUndefined();
    expect(await find(ask, provider_id)).toMatchObject({ refunded_minor: 1000n });
    await expect(provider.refund({ ...refund, refund_id: newId('ref'), amount_minor: 235n })).rejects.toThrow(
      ProviderRejected,
    );
  });

  it('may be pending, and fail later', async () => {
    const ask = await askWith('pm_card_pendingRefund');
    const { provider_id } = await provider.charge(ask);
    const refund_id = newId('ref');
    const report = await provider.refund({
      refund_id,
      attempt: 1,
      payment_id: ask.payment_id,
      provider_id,
      amount_minor: 1n,
    });
    expect(report.status).toBe('processing');
    sandbox.control.stripe.failRefund(report.provider_id);
    expect(await provider.findRefund(refund_id, provider_id)).toMatchObject({
      status: 'failed',
      failure: 'lost_or_stolen_card',
    });
  });
});

describe('what a person pays with', () => {
  it('is known by its last digits alone, and the same card by the same fingerprint', async () => {
    const first = await provider.attachMethod(customer_id, 'pm_card_mastercard');
    const second = await provider.attachMethod(customer_id, 'tok_mastercard');
    expect(first).toMatchObject({
      type: 'card',
      brand: 'mastercard',
      last4: '4444',
      exp_month: 12,
      customer_id,
    });
    expect(second).toEqual({ ...first, provider_method_id: second.provider_method_id });
    expect(await provider.attachMethod(customer_id, first.provider_method_id)).toEqual(first);
  });

  it("is refused when it is another's, declined or unknown", async () => {
    const other = await provider.createCustomer(newId('usr'));
    const { provider_method_id } = await provider.attachMethod(customer_id, 'pm_card_visa');
    for (const [customer, token] of [
      [other, provider_method_id],
      [customer_id, 'pm_card_chargeDeclined'],
      [customer_id, 'pm_none'],
      [customer_id, 'seti_none'],
      [customer_id, 'btok_none'],
    ] as const) {
      await expect(provider.attachMethod(customer, token)).rejects.toThrow(ProviderRejected);
    }
    expect(await provider.getMethod('pm_none')).toBeUndefined();
  });

  it('can be taken away more than once', async () => {
    const { provider_method_id } = await provider.attachMethod(customer_id, 'pm_card_visa');
    await provider.detachMethod(customer_id, provider_method_id);
    await provider.detachMethod(customer_id, provider_method_id);
    expect(await provider.getMethod(provider_method_id)).not.toHaveProperty('customer_id');
    await provider.detachMethod(customer_id, 'pm_none');
  });

  it('may be a bank account by a token of Plaid, which is the same one when it is linked again', async () => {
    const own = await provider.createCustomer(newId('usr'));
    const bank = await provider.attachMethod(own, 'btok_linked6789_00112233445566aa_first');
    expect(bank).toMatchObject({
      provider_method_id: expect.stringMatching(/^ba_/),
      type: 'us_bank_account',
      last4: '6789',
      customer_id: own,
    });
    expect(await provider.attachMethod(own, 'btok_linked6789_00112233445566aa_second')).toEqual(bank);
    const ask = { ...(await askWith('pm_card_visa')), customer_id: own };
    const report = await provider.charge({
      ...ask,
      provider_method_id: bank.provider_method_id,
      method_type: 'us_bank_account',
    });
    expect(report.status).toBe('processing');
    await provider.detachMethod(own, bank.provider_method_id);
    await provider.detachMethod(own, bank.provider_method_id);
  });
});
