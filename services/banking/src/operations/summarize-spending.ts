import { defineOperation } from '@florin/chassis';
import { invalidField } from '@florin/faults';
import { moneySchema } from '@florin/money';
import { z } from 'zod';
import type { BankingDeps } from '../deps.js';
import { daysBetween } from '../domain/calendar.js';
import { summarizeSpending as summarize } from '../domain/spending.js';
import { requireAccount } from '../store/accounts.js';
import { syncedUntil } from '../store/links.js';
import { sumTransactions } from '../store/transactions.js';
import { accountId, asOf, endDate, personOf, startDate, untrusted } from './fields.js';
import { requireOrder } from './search-transactions.js';

const MAX_DAYS = 1_830;
const MAX_GROUPS = 100;

const transactionsCount = z
  .int()
  .min(0)
  .describe('How many transactions.')
  .meta({ examples: [12] });

export const summarizeSpending = defineOperation<BankingDeps>()({
  name: 'summarize_spending',
  title: 'Summarize spending',
  description:
    'Adds up what was spent between two days, by category, merchant or month, separately for each currency. Refunds ' +
    'reduce. Income, transfers between accounts and payments of credit card bills are not spending and left out; excluded ' +
    'counts them. Pending transactions are included.',
  scopes: ['banking:read'],
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: z.strictObject({
    start_date: startDate,
    end_date: endDate.describe('The last day, included; at most five years after the first.'),
    group_by: z
      .enum(['category', 'merchant', 'month'])
      .describe('What to add up by.')
      .meta({ examples: ['category'] }),
    account_id: accountId.optional().describe('Only of this account.'),
  }),
  output: z.strictObject({
    groups: z
      .array(
        z.strictObject({
          key: z
            .string()
            .describe('The category, the merchant, or the month as 2026-10.')
            .meta({ examples: ['food_and_drink'] }),
          total: moneySchema.describe('Spent less refunded; negative where more came back than went out.'),
          transactions: transactionsCount,
          share_bps: z
            .int()
            .min(0)
            .describe("Share of the currency's total in hundredths of a percent, rounded down.")
            .meta({ examples: [2_350] }),
        }),
      )
      .describe('By currency, then the largest first; at most 100.'),
    totals: z
      .array(
        z.strictObject({
          total: moneySchema.describe('Spent less refunded.'),
          transactions: transactionsCount,
        }),
      )
      .describe('One for each currency, over all groups.'),
    excluded: z
      .array(
        z.strictObject({
          reason: z
            .enum(['income', 'transfer', 'credit_card_payment'])
            .describe('Why it is no spending.')
            .meta({ examples: ['transfer'] }),
          transactions: transactionsCount,
        }),
      )
      .describe('What was left out.'),
    groups_left_out: z
      .int()
      .min(0)
      .describe('Smaller groups that are in totals but not listed.')
      .meta({ examples: [0] }),
    as_of: asOf,
    untrusted_fields: untrusted('key'),
  }),

  async run({ start_date, end_date, group_by, account_id }, { actor, deps: { db } }) {
    const owner = personOf(actor);
    requireOrder(start_date, end_date);
    if (daysBetween(start_date, end_date) > MAX_DAYS) {
      throw invalidField('end_date', 'must be at most five years after start_date.');
    }
    if (account_id !== undefined) await requireAccount(owner, db, account_id);
    const rows = await sumTransactions(owner, db, { start_date, end_date, account_id }, group_by);
    const as_of = await syncedUntil(owner, db, account_id);
    return {
      ...summarize(rows, MAX_GROUPS),
      ...(as_of && { as_of: as_of.toISOString() }),
      untrusted_fields: ['key' as const],
    };
  },
});
