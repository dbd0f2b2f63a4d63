import { newId } from '@florin/chassis';
import type Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type PaymentProvider,
  type PayoutAsk,
  ProviderUnknown,
} from '../../src/providers/payment-provider.js';
import { type StripeWorld, startStripeWorld } from '../support/stripe-adapter.js';

let world: StripeWorld;
let stripe: Stripe;
let provider: PaymentProvider;

beforeAll(async () => {
  world = await startStripeWorld();
  stripe = world.stripe;
});
afterAll(() => world?.sandbox.stop(0));
beforeEach(() => {
  // With a circuit of its own.
  provider = world.adapter();
});
afterEach(() => {
  world.sandbox.control.clearFaults();
});

async function newAsk(bank_token = 'btok_us_verified'): Promise<PayoutAsk> {
  const provider_account_id = await provider.createPayoutAccount(newId('usr'));
  return {
    payment_id: newId('pay'),
    attempt: 1,
    provider_account_id,
    provider_bank_account_id: await provider.addPayoutBank(provider_account_id, bank_token),
    amount_minor: 12_34n,
    currency: 'USD',
  };
}

const breakPayouts = (over = {}) =>
  world.sandbox.control.setFault({
    kind: 'status',
    status: 500,
    provider: 'stripe',
    path: '/v1/payouts',
    method: 'POST',
    ...over,
  });

async function transferOf({ payment_id }: PayoutAsk): Promise<Stripe.Transfer | undefined> {
  const { data } = await stripe.transfers.list({ transfer_group: payment_id });
  expect(data.length).toBeLessThan(2);
  return data[0];
}

describe('a payout', () => {
  it('whose second half did not happen goes on from there when it is asked for again', async () => {
    const ask = await newAsk();
    breakPayouts();
    await expect(provider.payOut(ask)).rejects.toThrow(ProviderUnknown);
    world.sandbox.control.clearFaults();
    expect(await provider.findPayout(ask)).toMatchObject({
      provider_id: expect.stringMatching(/^tr_/),
      status: 'processing',
      is_halfway: true,
    });
    const done = await provider.payOut(ask);
    expect(done).toMatchObject({ provider_id: expect.stringMatching(/^po_/), status: 'processing' });
    expect(await provider.findPayout(ask)).toEqual(done);
    expect(await transferOf(ask)).toMatchObject({ amount: 12_34, reversed: false });
  });

  it('whose second half never happens is taken back, and is failed once the money is here', async () => {
    const ask = await newAsk();
    breakPayouts();
    await expect(provider.payOut(ask)).rejects.toThrow(ProviderUnknown);
    expect(await provider.takeBackPayout(ask)).toMatchObject({ status: 'failed' });
    expect(await transferOf(ask)).toMatchObject({ reversed: true });
    expect(await provider.takeBackPayout(ask)).toMatchObject({ status: 'failed' });
    expect(await provider.findPayout(ask)).toMatchObject({ status: 'failed' });
  });

  it('that is on its way is not taken back', async () => {
    const ask = await newAsk();
    const sent = await provider.payOut(ask);
    expect(await provider.takeBackPayout(ask)).toEqual(sent);
    expect(await transferOf(ask)).toMatchObject({ reversed: false });
  });

  it('that is refused is not failed while its money cannot be taken back', async () => {
    const ask = await newAsk();
    breakPayouts();
    await expect(provider.payOut(ask)).rejects.toThrow(ProviderUnknown);
    world.sandbox.control.clearFaults();
    const options = { stripeAccount: ask.provider_account_id };
    const other = await stripe.payouts.create({ amount: 12_34, currency: 'usd' }, options);
    await expect(provider.payOut(ask)).rejects.toThrow(ProviderUnknown);
    expect(await transferOf(ask)).toMatchObject({ reversed: false });
    await stripe.payouts.cancel(other.id, {}, options);
    expect(await provider.takeBackPayout(ask)).toMatchObject({ status: 'failed' });
    expect(await transferOf(ask)).toMatchObject({ reversed: true });
  });

  it('is taken back though Stripe has kept a 500 for the first try at that', async () => {
    const ask = await newAsk('btok_us_verified_noAccount');
    const { provider_id } = await provider.payOut(ask);
    world.sandbox.control.stripe.failPayout(provider_id, 'no_account');
    world.sandbox.control.setFault({
      kind: 'status',
      status: 500,
      stored: true,
      provider: 'stripe',
      path: '/v1/transfers/:transfer/reversals',
      times: 1,
    });
    await expect(provider.findPayout(ask)).rejects.toThrow(ProviderUnknown);
    expect(await provider.findPayout(ask)).toMatchObject({ status: 'failed', failure: 'no_account' });
    expect(await transferOf(ask)).toMatchObject({ reversed: true });
  });

  it('that comes back late is found behind any number of later ones', async () => {
    const ask = await newAsk();
    const { provider_id } = await provider.payOut(ask);
    world.sandbox.control.stripe.payPayout(provider_id);
    await stripe.transfers.create({ amount: 200, currency: 'usd', destination: ask.provider_account_id });
    const options = { stripeAccount: ask.provider_account_id };
    for (let count = 0; count < 101; count++)
      await stripe.payouts.create({ amount: 1, currency: 'usd' }, options);
    world.sandbox.control.stripe.failPayout(provider_id, 'account_closed');
    expect(await provider.findPayout({ ...ask, provider_id })).toMatchObject({
      provider_id,
      status: 'failed',
      failure: 'account_closed',
    });
  });
});
