import {
  ConfigError,
  providerMode,
  requireLiveConsent,
  revocationConfig,
  statefulConfig,
} from '@florin/chassis';
import { z } from 'zod';

export const bankingConfig = statefulConfig.extend({
  ...providerMode.shape,
  ...revocationConfig.shape,
  /** Where people reach the link page, and Plaid the webhook. */
  PUBLIC_URL: z.url().transform((url) => url.replace(/\/+$/, '')),
  PLAID_CLIENT_ID: z.string().min(1),
  PLAID_SECRET: z.string().min(1),
  /** Of the stand-in, in the simulated mode; the others know Plaid's own addresses. */
  PLAID_BASE_URL: z.url().optional(),
});

export type BankingConfig = z.infer<typeof bankingConfig>;

/**
 * Where Plaid is in this mode.
 * @throws ConfigError where the simulated mode has no stand-in, or the live mode no consent
 */
export function plaidUrl(config: BankingConfig): string {
  requireLiveConsent(config);
  switch (config.FLORIN_MODE) {
    case 'live':
      return 'https://production.plaid.com';
    case 'sandbox':
      return 'https://sandbox.plaid.com';
    case 'simulated':
      if (config.PLAID_BASE_URL !== undefined) return config.PLAID_BASE_URL.replace(/\/+$/, '');
      throw new ConfigError('The configuration is not usable:\n  PLAID_BASE_URL is not set');
  }
}
