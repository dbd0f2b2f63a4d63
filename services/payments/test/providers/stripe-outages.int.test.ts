import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ProviderUnavailable, ProviderUnknown } from '../../src/providers/payment-provider.js';
import { type StripeWorld, startStripeWorld } from '../support/stripe-adapter.js';

let world: StripeWorld;

beforeAll(async () => {
  world = await startStripeWorld();
});
afterAll(() => world?.sandbox.stop(0));
afterEach(() => {
  world.sandbox.control.clearFaults();
});

describe('when Stripe does not answer', () => {
  it('a charge that was done and not answered is sent again under its key, and charged once', async () => {
    const ask = await world.askWith('pm_card_visa');
    world.sandbox.control.setFault({
      kind: 'drop_connection',
      provider: 'stripe',
      path: '/v1/payment_intents',
      after_applying: true,
      times: 1,
    });
    expect(await world.provider.charge(ask)).toMatchObject({ status: 'succeeded' });
    expect(await world.provider.charge(ask)).toMatchObject({ status: 'succeeded' });
    expect(world.chargedTimes(ask.payment_id)).toBe(1);
  });

  it('a late answer is an unknown one', async () => {
    const impatient = world.adapter({ timeout_ms: 100 });
    const ask = await world.askWith('pm_card_visa');
    world.sandbox.control.setFault({
      kind: 'latency',
      provider: 'stripe',
      latency_ms: 1_000,
      path: '/v1/payment_intents',
    });
    await expect(impatient.charge(ask)).rejects.toThrow(ProviderUnknown);
    world.sandbox.control.clearFaults();
    // Until the first one is done, its key is in use.
    await expect
      .poll(() => world.provider.charge(ask).catch(String), { timeout: 10_000 })
      .toMatchObject({ status: 'succeeded' });
    expect(world.chargedTimes(ask.payment_id)).toBe(1);
  });

  it('a 500 after applying is unknown, stays one under its key, and is found by its metadata', async () => {
    const ask = await world.askWith('pm_card_visa');
    world.sandbox.control.setFault({
      kind: '500_after_applying',
      provider: 'stripe',
      path: '/v1/payment_intents',
      times: 1,
    });
    await expect(world.provider.charge(ask)).rejects.toThrow(ProviderUnknown);
    expect(await world.find(ask)).toMatchObject({ status: 'succeeded' });
    expect(world.chargedTimes(ask.payment_id)).toBe(1);
  });

  it('a 429 is tried again, and then was not done', async () => {
    const ask = await world.askWith('pm_card_visa');
    const tooMany = { kind: 'status', status: 429, provider: 'stripe', path: '/v1/payment_intents' } as const;
    world.sandbox.control.setFault({ ...tooMany, times: 1 });
    expect(await world.provider.charge(ask)).toMatchObject({ status: 'succeeded' });
    const other = await world.askWith('pm_card_visa');
    world.sandbox.control.setFault(tooMany);
    await expect(world.provider.charge(other)).rejects.toThrow(ProviderUnavailable);
    world.sandbox.control.clearFaults();
    expect(await world.find(other)).toBeUndefined();
  });

  it('a provider that is down is left alone for a while, and asked again afterwards', async () => {
    const own = world.adapter({ open_ms: 200 });
    const ask = await world.askWith('pm_card_visa');
    await world.sandbox.control.setFault({ kind: 'down', provider: 'stripe' });
    for (let attempt = 0; attempt < 4; attempt++) {
      await own.getMethod('pm_1').catch(() => undefined);
    }
    const before = world.sandbox.control.stripe.requests().length;
    await expect(own.charge(ask)).rejects.toThrow(ProviderUnavailable);
    expect(world.sandbox.control.stripe.requests()).toHaveLength(before);
    world.sandbox.control.clearFaults();
    await expect
      .poll(() => own.charge(ask).catch(() => undefined), { timeout: 10_000 })
      .toMatchObject({ status: 'succeeded' });
  });

  it('a key that was used for something else is unknown: something was sent under it', async () => {
    const ask = await world.askWith('pm_card_visa');
    await world.provider.charge(ask);
    await expect(world.provider.charge({ ...ask, amount_minor: 99n })).rejects.toThrow(ProviderUnknown);
    expect(world.chargedTimes(ask.payment_id)).toBe(1);
  });
});
