import { defineOperation, idSchema } from '@florin/chassis';
import { formatMoney, type Money, minorUnits, moneySchema } from '@florin/money';
import { z } from 'zod';
import type { BankingDeps } from '../deps.js';
import { addDays, toDay } from '../domain/calendar.js';
import { findRecurringCharges as find, type RecurringCharge } from '../domain/recurring-charges.js';
import { requireAccount } from '../store/accounts.js';
import { syncedUntil } from '../store/links.js';
import { listCharges } from '../store/transactions.js';
import { accountId, asOf, cadence, category, personOf, untrusted } from './fields.js';

/** Two yearly charges and some days. */
const LOOK_BACK_DAYS = 800;
const MAX_CHARGES = 20_000;
const MAX_FOUND = 50;

const date = z.iso.date().meta({ examples: ['2026-10-15'] });

const recurringSchema = z.strictObject({
  merchant: z
    .string()
    .describe('Who charges.')
    .meta({ examples: ['Streamhouse'] }),
  category,
  account_id: idSchema('acc', 'The account that was charged last.'),
  cadence,
  amount: moneySchema.describe('The last charge, above zero.'),
  amount_varies: z
    .boolean()
    .describe('Usually another amount each time, as for electricity.')
    .meta({ examples: [false] }),
  yearly_cost: moneySchema.describe('What a year costs at the last amount.'),
  occurrences: z
    .int()
    .min(2)
    .describe('How many charges were seen.')
    .meta({ examples: [24] }),
  first_date: date.describe('The first charge seen.'),
  last_date: date.describe('The last charge seen.'),
  last_transaction_id: idSchema('txn', 'The last charge.'),
  next_expected_date: date.describe('When the next one is expected.'),
  status: z
    .enum(['active', 'stopped'])
    .describe('stopped: the next one is overdue, so it was probably canceled.')
    .meta({ examples: ['active'] }),
  price_change: z
    .strictObject({
      from: moneySchema.describe('Before.'),
      to: moneySchema.describe('Since.'),
      date: date.describe('The first charge at the new price.'),
    })
    .optional()
    .describe('The latest change of a price that otherwise stays the same.'),
});

export const findRecurringCharges = defineOperation<BankingDeps>()({
  name: 'find_recurring_charges',
  title: 'Find recurring charges',
  description:
    'Finds subscriptions and regular bills in the transactions of the last two years: how often, how much, when next, and ' +
    'whether the price changed. It goes by patterns, so it can miss one or take a habit for a bill: let the person confirm.',
  scopes: ['banking:read'],
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: z.strictObject({ account_id: accountId.optional().describe('Only of this account.') }),
  output: z.strictObject({
    recurring_charges: z.array(recurringSchema).describe('Active ones first, then the dearest; at most 50.'),
    as_of: asOf,
    untrusted_fields: untrusted('merchant'),
  }),

  async run({ account_id }, { actor, deps: { db }, now }) {
    const owner = personOf(actor);
    if (account_id !== undefined) await requireAccount(owner, db, account_id);
    const today = toDay(now);
    const start_date = addDays(today, -LOOK_BACK_DAYS);
    const charges = await listCharges(owner, db, { account_id, start_date }, MAX_CHARGES);
    const as_of = await syncedUntil(owner, db, account_id);
    return {
      recurring_charges: find(charges, today).slice(0, MAX_FOUND).map(toRecurring),
      ...(as_of && { as_of: as_of.toISOString() }),
      untrusted_fields: ['merchant' as const],
    };
  },
});

function toRecurring(charge: RecurringCharge): z.input<typeof recurringSchema> {
  const { amount_minor, yearly_minor, price_change, currency, ...rest } = charge;
  const money = (minor: bigint): Money => formatMoney(minorUnits(minor, currency));
  return {
    ...rest,
    amount: money(amount_minor),
    yearly_cost: money(yearly_minor),
    ...(price_change && {
      price_change: {
        from: money(price_change.from_minor),
        to: money(price_change.to_minor),
        date: price_change.date,
      },
    }),
  };
}
