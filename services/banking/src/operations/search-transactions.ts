import { defineOperation, idSchema, pageInput, pageOutput } from '@florin/chassis';
import { invalidField } from '@florin/faults';
import { amountSchema, formatMoney, minorUnits, moneySchema } from '@florin/money';
import { z } from 'zod';
import type { BankingDeps } from '../deps.js';
import { requireAccount } from '../store/accounts.js';
import { syncedUntil } from '../store/links.js';
import {
  type Position,
  type StoredTransaction,
  searchTransactions as search,
} from '../store/transactions.js';
import { accountId, asOf, category, endDate, personOf, startDate, untrusted } from './fields.js';

const transactionSchema = z.strictObject({
  transaction_id: idSchema('txn', 'The transaction. It keeps its id when it posts.'),
  account_id: idSchema('acc', 'The account it belongs to.'),
  date: z.iso
    .date()
    .describe('The day on which it was made or posted.')
    .meta({ examples: ['2026-10-31'] }),
  amount: moneySchema.describe('Negative: money out. Positive: money in.'),
  merchant: z
    .string()
    .optional()
    .describe('Absent where none is known.')
    .meta({ examples: ['Greenleaf Market'] }),
  description: z
    .string()
    .describe("The bank's statement text.")
    .meta({ examples: ['GREENLEAF MARKET PORTLAND'] }),
  category,
  pending: z
    .boolean()
    .describe('Not posted yet: the amount may still change.')
    .meta({ examples: [false] }),
});

export const searchTransactions = defineOperation<BankingDeps>()({
  name: 'search_transactions',
  title: 'Search transactions',
  description:
    "Finds the person's bank transactions, the newest first. All filters are optional and must all hold. To add up " +
    'spending use summarize_spending, for subscriptions find_recurring_charges: both see everything at once.',
  scopes: ['banking:read'],
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: z.strictObject({
    text: z
      .string()
      .trim()
      .min(2)
      .max(100)
      .optional()
      .describe('Part of the merchant or description, in any case.')
      .meta({ examples: ['greenleaf'] }),
    account_id: accountId.optional().describe('Only of this account.'),
    start_date: startDate.optional(),
    end_date: endDate.optional(),
    category: category.optional().describe('Only of this category.'),
    min_amount: amountSchema
      .optional()
      .describe('The least it may be, whether in or out: a decimal string without sign.')
      .meta({ examples: ['10.00'] }),
    max_amount: amountSchema
      .optional()
      .describe('The most it may be, whether in or out: a decimal string without sign.')
      .meta({ examples: ['100.00'] }),
    ...pageInput,
  }),
  output: z.strictObject({
    transactions: z.array(transactionSchema).describe('What matches, the newest first.'),
    as_of: asOf,
    untrusted_fields: untrusted('merchant', 'description'),
    ...pageOutput,
  }),

  async run({ page_size, page_token, ...filters }, { actor, deps }) {
    const { db, pageTokens } = deps;
    const owner = personOf(actor);
    requireOrder(filters.start_date, filters.end_date);
    if (filters.account_id !== undefined) await requireAccount(owner, db, filters.account_id);
    const query = ['search_transactions', owner, Object.entries(filters).toSorted()];
    const after = page_token === undefined ? undefined : toPosition(pageTokens.read(query, page_token));
    const rows = await search(owner, db, filters, { after, limit: page_size + 1 });
    const page = rows.slice(0, page_size);
    const last = page.at(-1);
    const as_of = await syncedUntil(owner, db, filters.account_id);
    return {
      transactions: page.map(toTransaction),
      ...(as_of && { as_of: as_of.toISOString() }),
      untrusted_fields: ['merchant' as const, 'description' as const],
      ...(rows.length > page_size &&
        last && { next_page_token: pageTokens.issue(query, fromPosition(last)) }),
    };
  },
});

/** @throws Fault INVALID_ARGUMENT */
export function requireOrder(start_date: string | undefined, end_date: string | undefined): void {
  if (start_date === undefined || end_date === undefined || start_date <= end_date) return;
  throw invalidField('end_date', 'must not be before start_date.');
}

function toTransaction(row: StoredTransaction): z.input<typeof transactionSchema> {
  const {
    transaction_id,
    account_id,
    date,
    amount_minor,
    currency,
    merchant,
    description,
    category,
    pending,
  } = row;
  const amount = formatMoney(minorUnits(amount_minor, currency));
  return {
    transaction_id,
    account_id,
    date,
    amount,
    ...(merchant !== null && { merchant }),
    description,
    category,
    pending,
  };
}

function fromPosition({ date, transaction_id }: Position): string {
  return `${date} ${transaction_id}`;
}

/** Signed by us, so it is of this form. */
function toPosition(text: string): Position {
  const [date = '', transaction_id = ''] = text.split(' ');
  return { date, transaction_id };
}
