import { newId } from '@florin/chassis';
import type Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ProviderRejected } from '../../src/providers/payment-provider.js';
import { type StripeWorld, startStripeWorld } from '../support/stripe-adapter.js';

let world: StripeWorld;
let stripe: Stripe;

beforeAll(async () => {
  world = await startStripeWorld();
  stripe = world.stripe;
});
afterAll(() => world?.sandbox.stop(0));
afterEach(() => {
  world.sandbox.control.clearFaults();
});

describe('what a person pays with', () => {
  it('is known by its last digits alone, and the same card by the same fingerprint', async () => {
    const first = await world.provider.attachMethod(world.customer_id, 'pm_card_mastercard');
    const second = await world.provider.attachMethod(world.customer_id, 'tok_mastercard');
    expect(first).toMatchObject({
      type: 'card',
      brand: 'mastercard',
      last4: '4444',
      exp_month: 12,
      customer_id: world.customer_id,
    });
    expect(second).toEqual({ ...first, provider_method_id: second.provider_method_id });
    expect(await world.provider.attachMethod(world.customer_id, first.provider_method_id)).toEqual(first);
  });

  it("is refused when it is another's, declined or unknown", async () => {
    const other = await world.provider.createCustomer(newId('usr'));
    const { provider_method_id } = await world.provider.attachMethod(world.customer_id, 'pm_card_visa');
    for (const [customer, token] of [
      [other, provider_method_id],
      [world.customer_id, 'pm_card_chargeDeclined'],
      [world.customer_id, 'pm_none'],
      [world.customer_id, 'seti_none'],
      [world.customer_id, 'btok_none'],
    ] as const) {
      await expect(world.provider.attachMethod(customer, token)).rejects.toThrow(ProviderRejected);
    }
    expect(await world.provider.getMethod('pm_none')).toBeUndefined();
  });

  it('can be taken away more than once', async () => {
    const { provider_method_id } = await world.provider.attachMethod(world.customer_id, 'pm_card_visa');
    await world.provider.detachMethod(world.customer_id, provider_method_id);
    await world.provider.detachMethod(world.customer_id, provider_method_id);
    expect(await world.provider.getMethod(provider_method_id)).not.toHaveProperty('customer_id');
    await world.provider.detachMethod(world.customer_id, 'pm_none');
  });

  it('is taken away however often it was added: nothing of it stays at Stripe', async () => {
    const own = await world.provider.createCustomer(newId('usr'));
    const other = await world.provider.attachMethod(own, 'pm_card_mastercard');
    await world.provider.attachMethod(own, 'pm_card_visa');
    const latest = await world.provider.attachMethod(own, 'pm_card_visa');
    await world.provider.detachMethod(own, latest.provider_method_id);
    const { data } = await stripe.customers.listPaymentMethods(own);
    expect(data.map(({ id }) => id)).toEqual([other.provider_method_id]);
  });

  it('is entered at a page that verifies a bank account at once: one that is saved can be paid with', async () => {
    const { setup_id } = await world.provider.createSetupPage({
      customer_id: world.customer_id,
      user_id: newId('usr'),
      return_url: 'http://127.0.0.1:8083/methods/return',
    });
    const page = await stripe.checkout.sessions.retrieve(setup_id);
    expect(page.payment_method_options?.us_bank_account).toEqual({ verification_method: 'instant' });
  });

  it('may be a bank account by a token of Plaid, which is the same one when it is linked again', async () => {
    const own = await world.provider.createCustomer(newId('usr'));
    const bank = await world.provider.attachMethod(own, 'btok_linked6789_00112233445566aa_first');
    expect(bank).toMatchObject({
      provider_method_id: expect.stringMatching(/^ba_/),
      type: 'us_bank_account',
      last4: '6789',
      customer_id: own,
    });
    expect(await world.provider.attachMethod(own, 'btok_linked6789_00112233445566aa_second')).toEqual(bank);
    const ask = { ...(await world.askWith('pm_card_visa')), customer_id: own };
    const report = await world.provider.charge({
      ...ask,
      provider_method_id: bank.provider_method_id,
      method_type: 'us_bank_account',
    });
    expect(report.status).toBe('processing');
    await world.provider.detachMethod(own, bank.provider_method_id);
    await world.provider.detachMethod(own, bank.provider_method_id);
  });
});
