import { formatMoney, type Money } from '@florin/money';
import type { Db, RawSql } from '@florin/postgres';
import { and, asc, eq, gt, inArray, or } from 'drizzle-orm';
import { walletsOf } from '../ledger/wallets.js';
import { isParty } from './payments.js';
import { payment_methods, payments, refunds } from './schema.js';

// Each column stands here by name: a new one that holds a secret does not slip into what people carry away.

/** Nobody has more. */
const MAX_ROWS = 1_000;
/** A payment is below a kilobyte: so many stay well below the mebibyte that a part may have. */
const PAGE_ROWS = 500;

export async function exportWallets(user_id: string, sql: RawSql) {
  const wallets = await walletsOf(sql, user_id);
  return wallets.map(({ wallet_id, currency, status, balance_minor, reserved_minor, updated_at }) => ({
    wallet_id,
    status,
    balance: money(balance_minor, currency),
    reserved: money(reserved_minor, currency),
    updated_at,
  }));
}

export function exportMethods(user_id: string, db: Db) {
  const { payment_method_id, type, brand, last4, exp_month, exp_year, status, created_at, removed_at } =
    payment_methods;
  return db
    .select({ payment_method_id, type, brand, last4, exp_month, exp_year, status, created_at, removed_at })
    .from(payment_methods)
    .where(eq(payment_methods.user_id, user_id))
    .orderBy(asc(payment_method_id))
    .limit(MAX_ROWS);
}

/** What the person paid and was paid, page by page, so that neither side ever holds all of it. */
export async function* exportPayments(user_id: string, db: Db) {
  let after: string | undefined;
  do {
    const rows = await db
      .select()
      .from(payments)
      .where(
        and(
          or(eq(payments.user_id, user_id), eq(payments.payee_user_id, user_id)),
          after === undefined ? undefined : gt(payments.payment_id, after),
        ),
      )
      .orderBy(asc(payments.payment_id))
      .limit(PAGE_ROWS);
    const own = rows.filter((row) => isParty(user_id, row));
    if (own.length > 0) yield own.map((row) => exported(user_id, row));
    after = rows.length === PAGE_ROWS ? rows.at(-1)?.payment_id : undefined;
  } while (after !== undefined);
}

function exported(user_id: string, row: typeof payments.$inferSelect) {
  const { payment_id, kind, status, destination_id, description, created_at, currency } = row;
  const isOut = row.user_id === user_id;
  return {
    payment_id,
    kind,
    status,
    direction: isOut ? 'out' : 'in',
    // What another person pays with is theirs.
    ...(isOut && { source_id: row.source_id, fee: money(row.fee_minor, currency) }),
    destination_id,
    amount: money(row.amount_minor, currency),
    refunded: money(row.refunded_minor, currency),
    description,
    created_at,
  };
}

/** Refunds that the person gave, and those of payments that the person made. */
export async function exportRefunds(user_id: string, db: Db) {
  const made = db
    .select({ payment_id: payments.payment_id })
    .from(payments)
    .where(eq(payments.user_id, user_id));
  const rows = await db
    .select()
    .from(refunds)
    .where(or(eq(refunds.user_id, user_id), inArray(refunds.payment_id, made)))
    .orderBy(asc(refunds.refund_id))
    .limit(MAX_ROWS);
  return rows.map(({ refund_id, payment_id, status, amount_minor, currency, reason, created_at }) => ({
    refund_id,
    payment_id,
    status,
    amount: money(amount_minor, currency),
    reason,
    created_at,
  }));
}

function money(amount_minor: bigint, currency: string): Money {
  return formatMoney({ amount_minor, currency });
}
