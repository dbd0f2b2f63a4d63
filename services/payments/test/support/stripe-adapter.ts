import { newId } from '@florin/chassis';
import { type Sandbox, start as startSandbox } from '@florin/sandbox';
import Stripe from 'stripe';
import type { ChargeAsk, PaymentProvider, ProviderReport } from '../../src/providers/payment-provider.js';
import { createStripe, type StripeOptions } from '../../src/providers/stripe.js';

/** The adapter over the SDK, pointed at a stand-in of its own, and a customer there. */
export interface StripeWorld {
  sandbox: Sandbox;
  provider: PaymentProvider;
  /** Stripe's own SDK at the same stand-in, to look and to meddle. */
  stripe: Stripe;
  customer_id: string;
  /** Another one, with a circuit of its own. */
  adapter(over?: Partial<StripeOptions>): PaymentProvider;
  /** What pays by a test token of Stripe's. */
  askWith(token: string, over?: Partial<ChargeAsk>): Promise<ChargeAsk>;
  find(ask: ChargeAsk, provider_id?: string): Promise<ProviderReport | undefined>;
  chargedTimes(payment_id: string): number;
}

export async function startStripeWorld(): Promise<StripeWorld> {
  const sandbox = await startSandbox({ seed: 'stripe-adapter' });
  const now = () => new Date();
  const adapter = (over: Partial<StripeOptions> = {}) =>
    createStripe({
      secret_key: 'sk_test_florin_local',
      webhook_secrets: ['whsec_florin_local'],
      base_url: sandbox.stripe_url,
      public_url: 'http://127.0.0.1:8083',
      now,
      pause_ms: 1,
      open_ms: 50,
      ...over,
    });
  const provider = adapter();
  const user_id = newId('usr');
  const customer_id = await provider.createCustomer(user_id);
  return {
    sandbox,
    provider,
    stripe: stripeAt(sandbox.stripe_url),
    customer_id,
    adapter,
    async askWith(token, over = {}) {
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
    },
    find: ({ payment_id }, provider_id) =>
      provider.findCharge({
        payment_id,
        customer_id,
        sent_at: now(),
        ...(provider_id !== undefined && { provider_id }),
      }),
    chargedTimes: (payment_id) => sandbox.control.stripe.timesCharged('payment_id')[payment_id] ?? 0,
  };
}

/** Stripe's own SDK, pointed at a stand-in. */
export function stripeAt(stripe_url: string): Stripe {
  const { hostname, port } = new URL(stripe_url);
  return new Stripe('sk_test_florin_local', { host: hostname, port, protocol: 'http', telemetry: false });
}
