import type { Queryable, Tx } from '@florin/postgres';
import { and, asc, desc, eq, gte, ilike, lt, lte, not, or, type SQL, sql } from 'drizzle-orm';
import { boundInMinor } from '../domain/amount-bound.js';
import type { TransactionRow } from '../domain/apply-changes.js';
import type { Category } from '../domain/category.js';
import type { Charge } from '../domain/recurring-charges.js';
import type { SpendingRow } from '../domain/spending.js';
import { accounts, transactions } from './schema.js';

export interface Search {
  text?: string | undefined;
  account_id?: string | undefined;
  start_date?: string | undefined;
  end_date?: string | undefined;
  category?: Category | undefined;
  /** Bounds on the size, whatever the direction: decimal strings. */
  min_amount?: string | undefined;
  max_amount?: string | undefined;
}

export interface Position {
  date: string;
  transaction_id: string;
}

export type StoredTransaction = typeof transactions.$inferSelect;

/** The newest first; `after` is the last of the page before. */
export async function searchTransactions(
  user_id: string,
  db: Queryable,
  search: Search,
  { after, limit }: { after?: Position | undefined; limit: number },
): Promise<StoredTransaction[]> {
  const { date, transaction_id } = transactions;
  const later =
    after && or(lt(date, after.date), and(eq(date, after.date), lt(transaction_id, after.transaction_id)));
  return db
    .select()
    .from(transactions)
    .where(and(...matches(user_id, search), await amountBounds(user_id, db, search), later))
    .orderBy(desc(date), desc(transaction_id))
    .limit(limit);
}

function matches(user_id: string, search: Search): (SQL | undefined)[] {
  const { text, account_id, start_date, end_date, category } = search;
  const pattern = text && `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  return [
    eq(transactions.user_id, user_id),
    // Not `= false`: as a parameter it would keep the planner from the indexes, which leave removed rows out.
    not(transactions.removed),
    pattern === undefined
      ? undefined
      : or(ilike(transactions.merchant, pattern), ilike(transactions.description, pattern)),
    account_id === undefined ? undefined : eq(transactions.account_id, account_id),
    start_date === undefined ? undefined : gte(transactions.date, start_date),
    end_date === undefined ? undefined : lte(transactions.date, end_date),
    category === undefined ? undefined : eq(transactions.category, category),
  ];
}

/** The bounds are in no currency; the rows are in the minor units of theirs. A person has few currencies. */
async function amountBounds(user_id: string, db: Queryable, { min_amount, max_amount }: Search) {
  if (min_amount === undefined && max_amount === undefined) return undefined;
  const held = await db
    .selectDistinct({ currency: accounts.currency })
    .from(accounts)
    .where(eq(accounts.user_id, user_id));
  const size = sql`abs(${transactions.amount_minor})`;
  const bounds = held.map(({ currency }) =>
    and(
      eq(transactions.currency, currency),
      min_amount === undefined ? undefined : sql`${size} >= ${boundInMinor(min_amount, currency, 'min')}`,
      max_amount === undefined ? undefined : sql`${size} <= ${boundInMinor(max_amount, currency, 'max')}`,
    ),
  );
  return bounds.length === 0 ? sql`false` : or(...bounds);
}

export type Grouping = 'category' | 'merchant' | 'month';

/** Sums by group, currency and category, for `summarizeSpending`. */
export async function sumTransactions(
  user_id: string,
  db: Queryable,
  search: Search,
  grouping: Grouping,
): Promise<SpendingRow[]> {
  const key = {
    category: sql<string>`${transactions.category}`,
    merchant: sql<string>`coalesce(${transactions.merchant}, ${transactions.description})`,
    month: sql<string>`to_char(${transactions.date}, 'YYYY-MM')`,
  }[grouping];
  const { currency, category, category_detail } = transactions;
  const rows = await db
    .select({
      key,
      currency,
      category,
      category_detail,
      amount: sql<string>`sum(${transactions.amount_minor})::text`,
      transactions: sql<number>`count(*)::int`,
    })
    .from(transactions)
    .where(and(...matches(user_id, search)))
    .groupBy(sql`1`, currency, category, category_detail);
  return rows.map(({ amount, ...row }) => ({ ...row, amount_minor: BigInt(amount) }));
}

/** Money out since a day, oldest first. */
export async function listCharges(
  user_id: string,
  db: Queryable,
  search: Search,
  limit: number,
): Promise<Charge[]> {
  return db
    .select()
    .from(transactions)
    .where(and(...matches(user_id, search), lt(transactions.amount_minor, 0n)))
    .orderBy(desc(transactions.date), asc(transactions.transaction_id))
    .limit(limit);
}

/** Rows that an update concerns: by the provider's ids, of now or while pending. Removed ones too. */
export async function findByProviderIds(
  user_id: string,
  tx: Tx,
  link_id: string,
  provider_ids: readonly string[],
): Promise<TransactionRow[]> {
  const ids = sql`any(${sql.param([...provider_ids])}::text[])`;
  const rows = await tx
    .select()
    .from(transactions)
    .where(
      and(
        eq(transactions.user_id, user_id),
        eq(transactions.link_id, link_id),
        or(
          sql`${transactions.provider_transaction_id} = ${ids}`,
          sql`${transactions.pending_provider_transaction_id} = ${ids}`,
        ),
      ),
    );
  return rows.map(({ user_id: _user, link_id: _link, updated_at: _at, ...row }) => row);
}

/** Below the 65,535 parameters that one statement may have. */
const ROWS_PER_STATEMENT = 1_000;

export async function writeTransactions(
  user_id: string,
  tx: Tx,
  link_id: string,
  rows: readonly TransactionRow[],
  now: Date,
): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    const values = rows
      .slice(start, start + ROWS_PER_STATEMENT)
      .map((row) => ({ ...row, user_id, link_id, updated_at: now }));
    await tx
      .insert(transactions)
      .values(values)
      .onConflictDoUpdate({
        target: transactions.transaction_id,
        set: overwritten,
        setWhere: eq(transactions.user_id, user_id),
      });
  }
}

const excluded = (column: string) => sql.raw(`excluded.${column}`);
const overwritten = Object.fromEntries(
  [
    'account_id',
    'provider_transaction_id',
    'pending_provider_transaction_id',
    'date',
    'amount_minor',
    'currency',
    'merchant',
    'description',
    'category',
    'category_detail',
    'pending',
    'removed',
    'updated_at',
  ].map((column) => [column, excluded(column)]),
);
