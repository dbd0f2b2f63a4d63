import { newId } from '@florin/chassis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ProviderRejected } from '../../src/providers/payment-provider.js';
import { type StripeWorld, startStripeWorld } from '../support/stripe-adapter.js';

let world: StripeWorld;

beforeAll(async () => {
  world = await startStripeWorld();
});
afterAll(() => world?.sandbox.stop(0));
afterEach(() => {
  world.sandbox.control.clearFaults();
});

describe('a charge', () => {
  it('succeeds, and says what was captured and what it costs', async () => {
    const ask = await world.askWith('pm_card_visa');
    const report = await world.provider.charge(ask);
    expect(report).toMatchObject({
      provider_id: expect.stringMatching(/^pi_/),
      status: 'succeeded',
      captured_minor: 1234n,
      refunded_minor: 0n,
      returned_minor: 0n,
      disputed: false,
      fee_minor: expect.any(BigInt),
    });
    expect(await world.find(ask)).toEqual(report);
    expect(await world.find(ask, report.provider_id)).toEqual(report);
  });

  it.each([
    ['pm_card_chargeCustomerFail', 'card_declined'],
    ['pm_card_threeDSecureRequiredChargeDeclined', undefined],
  ])('of %s is declined for its reason, and money is never taken', async (token, failure) => {
    const ask = await world.askWith(token, { on_session: failure !== undefined });
    const report = await world.provider.charge(ask);
    expect(report).toMatchObject({ status: 'failed', failure: failure ?? 'authentication_required' });
    expect(await world.find(ask)).toMatchObject({ status: 'failed', failure: report.failure });
    expect(world.chargedTimes(ask.payment_id)).toBe(0);
  });

  it('sends the person to their bank where that wants it, and no further without them', async () => {
    const ask = await world.askWith('pm_card_threeDSecure2Required');
    const report = await world.provider.charge(ask);
    expect(report).toMatchObject({ status: 'requires_action', action_url: expect.stringMatching(/^http/) });
    expect(await world.find(ask)).toEqual(report);
    expect(await world.provider.cancelCharge(ask.payment_id, report.provider_id)).toMatchObject({
      status: 'canceled',
    });
    const absent = await world.askWith('pm_card_threeDSecure2Required', { on_session: false });
    expect(await world.provider.charge(absent)).toMatchObject({
      status: 'failed',
      failure: 'authentication_required',
    });
  });

  it('by a bank is pending until it settles, and may still fail', async () => {
    const [good, bad] = [
      await world.askWith('pm_usBankAccount_success'),
      await world.askWith('pm_usBankAccount_insufficientFunds'),
    ];
    const [first, second] = [await world.provider.charge(good), await world.provider.charge(bad)];
    expect([first.status, second.status]).toEqual(['processing', 'processing']);
    world.sandbox.control.stripe.settleDebit(first.provider_id);
    world.sandbox.control.stripe.failDebit(second.provider_id, 'insufficient_funds');
    expect(await world.find(good, first.provider_id)).toMatchObject({
      status: 'succeeded',
      captured_minor: 1234n,
    });
    expect(await world.find(bad, second.provider_id)).toMatchObject({
      status: 'failed',
      failure: 'insufficient_funds',
    });
  });

  it('by a bank that takes it back late is returned, finally', async () => {
    const ask = await world.askWith('pm_usBankAccount_success');
    const { provider_id } = await world.provider.charge(ask);
    world.sandbox.control.stripe.settleDebit(provider_id);
    world.sandbox.control.stripe.returnDebit(provider_id);
    expect(await world.find(ask, provider_id)).toMatchObject({
      status: 'succeeded',
      returned_minor: 1234n,
      disputed: false,
    });
  });

  it('that is disputed is taken back while that is open, and given again when it is won', async () => {
    const ask = await world.askWith('pm_card_visa');
    const { provider_id } = await world.provider.charge(ask);
    const dispute = world.sandbox.control.stripe.dispute(provider_id);
    expect(await world.find(ask, provider_id)).toMatchObject({ returned_minor: 1234n, disputed: true });
    world.sandbox.control.stripe.closeDispute(dispute, 'won');
    expect(await world.find(ask, provider_id)).toMatchObject({ returned_minor: 0n, disputed: false });
    const lost = await world.askWith('pm_card_visa');
    const other = await world.provider.charge(lost);
    world.sandbox.control.stripe.closeDispute(
      world.sandbox.control.stripe.dispute(other.provider_id),
      'lost',
    );
    expect(await world.find(lost, other.provider_id)).toMatchObject({
      returned_minor: 1234n,
      disputed: false,
    });
  });

  it('in a currency that Stripe counts in another unit is never asked for', async () => {
    const ask = await world.askWith('pm_card_visa', { currency: 'UGX' });
    await expect(world.provider.charge(ask)).rejects.toMatchObject({ failure: 'currency_not_supported' });
    await expect(world.provider.charge({ ...ask, currency: 'KWD' })).rejects.toThrow(ProviderRejected);
    expect(await world.find(ask)).toBeUndefined();
  });
});

describe('a refund', () => {
  it('gives back what was captured, and never more', async () => {
    const ask = await world.askWith('pm_card_visa');
    const { provider_id } = await world.provider.charge(ask);
    const refund = { refund_id: newId('ref'), attempt: 1, payment_id: ask.payment_id, provider_id };
    const report = await world.provider.refund({ ...refund, amount_minor: 1000n });
    expect(report).toMatchObject({ status: 'succeeded', provider_id: expect.stringMatching(/^re_/) });
    const { refund_id } = refund;
    const found = await world.provider.findRefund({ refund_id, charge_id: provider_id });
    expect(found).toEqual(report);
    const unknown = { refund_id: newId('ref'), charge_id: provider_id };
    expect(await world.provider.findRefund(unknown)).toBeUndefined();
    expect(await world.find(ask, provider_id)).toMatchObject({ refunded_minor: 1000n });
    await expect(
      world.provider.refund({ ...refund, refund_id: newId('ref'), amount_minor: 235n }),
    ).rejects.toThrow(ProviderRejected);
  });

  it.each([
    ['may be pending, and fail later', 'pm_card_pendingRefund', 'processing'],
    ['may have been made, and fail later', 'pm_card_visa', 'succeeded'],
  ])('%s', async (_name, token, status) => {
    const ask = await world.askWith(token);
    const { provider_id } = await world.provider.charge(ask);
    const refund_id = newId('ref');
    const report = await world.provider.refund({
      refund_id,
      attempt: 1,
      payment_id: ask.payment_id,
      provider_id,
      amount_minor: 1n,
    });
    expect(report.status).toBe(status);
    world.sandbox.control.stripe.failRefund(report.provider_id);
    const failed = { status: 'failed', failure: 'lost_or_stolen_card' };
    const ours = { refund_id, charge_id: provider_id };
    expect(await world.provider.findRefund(ours)).toMatchObject(failed);
    expect(await world.provider.findRefund({ ...ours, provider_id: report.provider_id })).toMatchObject(
      failed,
    );
  });
});
