import { z } from 'zod';
import { isCurrency } from './currency.js';

// No look-ahead to refuse zero: RE2, with which many clients read the published patterns, has none. parseAmount refuses it.
const positive = /^(0|[1-9][0-9]{0,18})(\.[0-9]{1,4})?$/;
const signed = /^-?(0|[1-9][0-9]{0,18})(\.[0-9]{1,4})?$/;

export const amountText = 'must be a decimal string such as "12.34", without sign, spaces, commas or symbol';
export const currencyText = 'must be an ISO 4217 code in capitals such as "USD"';

/** An amount in arguments. The currency is beside it, so `parseAmount` must check the decimals against it. */
export const amountSchema = z
  .string()
  .regex(positive, amountText)
  .meta({
    description:
      'Amount as a decimal string, above zero, with at most as many decimals as the currency has (USD 2, JPY 0, KWD 3).',
    examples: ['12.34'],
  });

export const currencySchema = z
  .string()
  .regex(/^[A-Z]{3}$/, { error: currencyText, abort: true })
  .refine(isCurrency, 'is not a currency: send an ISO 4217 code such as "USD"')
  .meta({ description: 'ISO 4217 currency code.', examples: ['USD'] });

/** Money in results. */
export const moneySchema = z.strictObject({
  amount: z
    .string()
    .regex(signed)
    .meta({
      description: 'Decimal string with exactly the decimals of the currency; may be negative.',
      examples: ['12.34'],
    }),
  currency: currencySchema,
});
