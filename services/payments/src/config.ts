import { moneyConfig, revocationConfig, statefulConfig } from '@florin/chassis';
import { isCurrency, parseMoney } from '@florin/money';
import { z } from 'zod';
import { stripeConfig } from './stripe-config.js';

const rate_bps = z.int().min(0).max(10_000).optional();

/** `{"charge": 290}`: what each kind of payment costs, in basis points of its amount. */
const fees = z.string().transform((text, context) => {
  try {
    const schedule = z.strictObject({
      transfer: rate_bps,
      charge: rate_bps,
      funding: rate_bps,
      withdrawal: rate_bps,
    });
    return schedule.parse(JSON.parse(text));
  } catch {
    context.addIssue({ code: 'custom', message: 'must be basis points by kind: {"charge": 290}' });
    return z.NEVER;
  }
});

/** `USD=100000.00,JPY=15000000` */
const amounts = z.string().transform((text, context) => {
  const minor = new Map<string, bigint>();
  for (const entry of text.split(',').filter((part) => part.trim() !== '')) {
    const [currency = '', amount = ''] = entry.trim().split('=');
    try {
      minor.set(currency, parseMoney({ amount, currency }).amount_minor);
    } catch {
      context.addIssue({
        code: 'custom',
        message: 'must be one amount by currency: USD=100000.00,JPY=15000000',
      });
      return z.NEVER;
    }
  }
  return minor;
});

const currencies = z
  .string()
  .transform((text) => text.split(','))
  .refine((codes) => codes.every(isCurrency), 'must be ISO 4217 codes: USD,EUR');

const variables = statefulConfig.extend({
  ...stripeConfig.shape,
  ...revocationConfig.shape,
  ...moneyConfig.shape,
  /** Where people reach our pages, and Stripe the webhook. */
  PUBLIC_URL: z.url().transform((url) => url.replace(/\/+$/, '')),
  BANKING_ADDRESS: z.string().regex(/^(\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5}$/, 'must be host:port'),
  /** In which currencies everybody has a wallet. */
  WALLET_CURRENCIES: currencies.prefault('USD'),
  PAYMENT_FEES: fees.prefault('{}'),
  /** The most that one payment may be. */
  PAYMENT_MAXIMUMS: amounts.prefault('USD=100000.00,EUR=100000.00,GBP=100000.00'),
  /** Gives the demo's people a wallet with money in it, once. */
  DEMO_PEOPLE: z.stringbool().default(false),
});

/** Without a maximum one payment could fill the ledger's own accounts, and no other would fit. */
export const paymentsConfig = variables.refine(
  ({ WALLET_CURRENCIES, PAYMENT_MAXIMUMS }) =>
    WALLET_CURRENCIES.every((currency) => PAYMENT_MAXIMUMS.has(currency)),
  { path: ['PAYMENT_MAXIMUMS'], message: 'must have an amount for each of WALLET_CURRENCIES' },
);

export type PaymentsConfig = z.infer<typeof paymentsConfig>;
