import Stripe from 'stripe';
import { type Sandbox, type SandboxOptions, start } from '../../src/index.js';

const SECRET_KEY = 'sk_test_florin_local';
export const WEBHOOK_SECRET = 'whsec_florin_local';

/** A stand-in with a clock that stands still until it is moved, and Stripe's own SDK pointed at it. */
export async function startWithStripe(options: SandboxOptions = {}) {
  let now_ms = Date.UTC(2026, 2, 15, 12);
  const sandbox = await start({ now: () => new Date(now_ms), ...options });
  return {
    sandbox,
    stripe: stripeOf(sandbox),
    control: sandbox.control.stripe,
    now: () => new Date(now_ms),
    forward(hours: number): void {
      now_ms += hours * 3_600_000;
    },
  };
}

export type StripeWorld = Awaited<ReturnType<typeof startWithStripe>>;

/** Without retries: a test sees the first answer. */
export function stripeOf(sandbox: Sandbox, key = SECRET_KEY, maxNetworkRetries = 0): Stripe {
  const { hostname, port } = new URL(sandbox.stripe_url);
  return new Stripe(key, { host: hostname, port, protocol: 'http', telemetry: false, maxNetworkRetries });
}

/** What a call was refused with; throws where it was not. */
export async function refusalOf(
  call: Promise<unknown>,
): Promise<InstanceType<typeof Stripe.errors.StripeError>> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error;
    throw error;
  }
  throw new Error('expected a refusal, and the call was answered');
}

/** A payment by a test token, confirmed at once without the person. */
export function pay(
  stripe: Stripe,
  payment_method: string,
  over: Partial<Stripe.PaymentIntentCreateParams> = {},
  options: Stripe.RequestOptions = {},
) {
  return stripe.paymentIntents.create(
    {
      amount: 5_000,
      currency: 'usd',
      payment_method,
      allowed_payment_method_types: ['card', 'us_bank_account'],
      confirm: true,
      ...over,
    },
    options,
  );
}

/** A customer with a saved method. */
export async function saved(stripe: Stripe, token: string) {
  const customer = await stripe.customers.create({ email: 'ada@florin.test' });
  const method = await stripe.paymentMethods.attach(token, { customer: customer.id });
  return { customer: customer.id, payment_method: method.id };
}

export const ACCEPTED = {
  mandate_data: {
    customer_acceptance: { type: 'online', online: { ip_address: '127.0.0.1', user_agent: 'test' } },
  },
} as const;
