import { type Actor, idSchema, ownerOf } from '@florin/chassis';
import { fault } from '@florin/faults';
import { z } from 'zod';
import { isExpired } from '../domain/method/expiry.js';
import type { MethodRow } from '../store/payment-methods.js';

export const paymentMethodId = idSchema('pm', 'The payment method, as list_payment_methods names it.');

export const methodSchema = z.strictObject({
  payment_method_id: idSchema('pm', 'The payment method.'),
  type: z
    .enum(['card', 'us_bank_account'])
    .describe('us_bank_account: paid with by ACH debit, which takes days to settle.')
    .meta({ examples: ['card'] }),
  brand: z
    .string()
    .max(100)
    .describe("The card's brand, or the bank's name.")
    .meta({ examples: ['visa'] }),
  last4: z
    .string()
    .max(4)
    .describe('The last digits: all that is known of the number here.')
    .meta({ examples: ['4242'] }),
  exp_month: z
    .int()
    .min(1)
    .max(12)
    .optional()
    .describe('The month in which a card expires.')
    .meta({ examples: [11] }),
  exp_year: z
    .int()
    .min(2000)
    .max(2200)
    .optional()
    .describe('The year in which a card expires.')
    .meta({ examples: [2030] }),
  status: z
    .enum(['active', 'expired'])
    .describe('expired: cannot be paid with; add the new card by create_payment_method_setup.')
    .meta({ examples: ['active'] }),
  is_default: z
    .boolean()
    .describe('Whether it is the one to pay with when the person names none.')
    .meta({ examples: [true] }),
});

export function toMethod(row: MethodRow, now: Date): z.input<typeof methodSchema> {
  const { payment_method_id, type, brand, last4, exp_month, exp_year, is_default } = row;
  return {
    payment_method_id,
    type,
    brand,
    last4,
    ...(exp_month !== null && { exp_month }),
    ...(exp_year !== null && { exp_year }),
    status: isExpired(row, now) ? 'expired' : 'active',
    is_default,
  };
}

/**
 * The person whose methods a call is about.
 * @throws Fault NOT_FOUND for somebody else, PERMISSION_DENIED where a service acts for nobody
 */
export function methodsOwner(actor: Actor, requested = 'me'): string {
  const user_id = ownerOf(actor, requested);
  if (user_id.startsWith('usr_')) return user_id;
  throw fault('PERMISSION_DENIED', 'Payment methods belong to people: use a token issued on behalf of one.');
}
