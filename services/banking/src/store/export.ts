import { formatMoney, type Money, minorUnits } from '@florin/money';
import type { Db } from '@florin/postgres';
import { and, asc, eq, gt, not } from 'drizzle-orm';
import { accounts, links, transactions } from './schema.js';

// Each column stands here by name: a new one that holds a secret does not slip into what people carry away.

/** Nobody links more. */
const MAX_ROWS = 1_000;
/** A transaction is below a kilobyte: so many stay well below the mebibyte that a part may have. */
const PAGE_ROWS = 500;

export async function exportLinks(user_id: string, db: Db) {
  const { link_id, institution, status, linked_at, unlinked_at, synced_at } = links;
  return db
    .select({ link_id, institution, status, linked_at, unlinked_at, synced_at })
    .from(links)
    .where(eq(links.user_id, user_id))
    .orderBy(asc(link_id))
    .limit(MAX_ROWS);
}

export async function exportAccounts(user_id: string, db: Db) {
  const { account_id, link_id, name, mask, type, subtype, currency, balance_as_of, linked_at, unlinked_at } =
    accounts;
  const { current_minor, available_minor } = accounts;
  const shown = { account_id, link_id, name, mask, type, subtype, linked_at, unlinked_at };
  const rows = await db
    .select({ shown, balance: { currency, current_minor, available_minor, balance_as_of } })
    .from(accounts)
    .where(eq(accounts.user_id, user_id))
    .orderBy(asc(account_id))
    .limit(MAX_ROWS);
  return rows.map(({ shown: account, balance }) => ({
    ...account,
    currency: balance.currency,
    current: money(balance.current_minor, balance.currency),
    available: money(balance.available_minor, balance.currency),
    balance_as_of: balance.balance_as_of,
  }));
}

/** Page by page, so that neither side ever holds all of them. */
export async function* exportTransactions(user_id: string, db: Db) {
  const { transaction_id, account_id, date, merchant, description, category, category_detail, pending } =
    transactions;
  const { amount_minor, currency, updated_at } = transactions;
  const shown = {
    transaction_id,
    account_id,
    date,
    merchant,
    description,
    category,
    category_detail,
    pending,
  };
  let after: string | undefined;
  do {
    const rows = await db
      .select({ ...shown, updated_at, amount_minor, currency })
      .from(transactions)
      .where(
        and(
          eq(transactions.user_id, user_id),
          not(transactions.removed),
          after === undefined ? undefined : gt(transaction_id, after),
        ),
      )
      .orderBy(asc(transaction_id))
      .limit(PAGE_ROWS);
    if (rows.length > 0) {
      yield rows.map(({ amount_minor: minor, currency: unit, ...row }) => ({
        ...row,
        amount: money(minor, unit),
      }));
    }
    after = rows.length === PAGE_ROWS ? rows.at(-1)?.transaction_id : undefined;
  } while (after !== undefined);
}

function money(amount_minor: bigint | null, currency: string): Money | null {
  return amount_minor === null ? null : formatMoney(minorUnits(amount_minor, currency));
}
