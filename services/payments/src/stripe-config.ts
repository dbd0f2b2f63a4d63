import { ConfigError, providerMode, requireLiveConsent } from '@florin/chassis';
import { z } from 'zod';

export const stripeConfig = z.object({
  ...providerMode.shape,
  STRIPE_SECRET_KEY: z.string().min(1),
  /** Of our own account's endpoint and of that for connected accounts: Stripe gives each its own. While one is rolled, both. */
  STRIPE_WEBHOOK_SECRET: z.string().regex(/^whsec_\w+(,whsec_\w+){0,3}$/, {
    error: 'must be up to four that start with whsec_, separated by commas',
  }),
  /** Of the stand-in, in the simulated mode; the others know Stripe's own address. */
  STRIPE_BASE_URL: z.url().optional(),
});

export interface StripePlace {
  secret_key: string;
  webhook_secrets: string[];
  base_url?: string;
}

/**
 * Where Stripe is in this mode, and the key that opens it.
 * @throws ConfigError where the simulated mode has no stand-in, the live mode no consent, or the key is of another mode: a
 *   live key moves real money wherever it is used
 */
export function stripePlace(config: z.infer<typeof stripeConfig>): StripePlace {
  requireLiveConsent(config);
  const { FLORIN_MODE: mode, STRIPE_SECRET_KEY: secret_key } = config;
  const webhook_secrets = config.STRIPE_WEBHOOK_SECRET.split(',');
  const kind = mode === 'live' ? 'live' : 'test';
  // "Secret keys" and "restricted keys" (Stripe, API keys).
  if (!new RegExp(`^(sk|rk)_${kind}_\\w+$`).test(secret_key)) {
    throw new ConfigError(
      `The configuration is not usable:\n  STRIPE_SECRET_KEY is no ${kind} key, which FLORIN_MODE=${mode} needs`,
    );
  }
  if (mode !== 'simulated') return { secret_key, webhook_secrets };
  if (config.STRIPE_BASE_URL === undefined) {
    throw new ConfigError('The configuration is not usable:\n  STRIPE_BASE_URL is not set');
  }
  return { secret_key, webhook_secrets, base_url: config.STRIPE_BASE_URL };
}
