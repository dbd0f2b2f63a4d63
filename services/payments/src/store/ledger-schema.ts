import { typeId } from '@florin/postgres';
import { sql } from 'drizzle-orm';
import { bigint, check, index, pgTable, text, timestamp, unique, uniqueIndex } from 'drizzle-orm/pg-core';

const time = () => timestamp({ withTimezone: true });
const minor = () => bigint({ mode: 'bigint' });

export type Side = 'debit' | 'credit';
export type TransferKind = 'single' | 'pending' | 'post' | 'void' | 'reversal';

/**
 * An account of the ledger. Balances are kept beside the entries, and equal their replay. An account that belongs to a
 * person is a wallet, and has the wallet's id.
 */
export const accounts = pgTable(
  'accounts',
  {
    account_id: typeId('wal')().primaryKey(),
    /** Whose wallet; null for the house's own accounts. */
    user_id: typeId('usr')(),
    /** What it is for: `wallet`, `clearing:stripe`, `fees`, `receivable`, `service:investing`, … */
    purpose: text().notNull(),
    /** Accounts that every payment touches have stripes, so that no row is everybody's lock; 0 for all others. */
    stripe: bigint({ mode: 'number' }).notNull().default(0),
    currency: text().notNull(),
    /** The side on which it grows: credit for what the house owes (wallets, fees), debit for what it has. */
    normal_side: text().$type<Side>().notNull(),
    /** The least that must stay after all that is pending: 0 for a wallet; null for no limit. */
    min_available_minor: minor(),
    /** `frozen` takes money in, and gives none out. */
    status: text().$type<'open' | 'frozen' | 'closed'>().notNull(),
    debits_posted_minor: minor().notNull().default(sql`0`),
    credits_posted_minor: minor().notNull().default(sql`0`),
    debits_pending_minor: minor().notNull().default(sql`0`),
    credits_pending_minor: minor().notNull().default(sql`0`),
    created_at: time().notNull(),
    updated_at: time().notNull(),
  },
  (table) => [
    // One wallet per person and currency; one account per purpose, stripe and currency of the house's own.
    unique('accounts_of_purpose')
      .on(table.user_id, table.purpose, table.currency, table.stripe)
      .nullsNotDistinct(),
    check('accounts_side', sql`${table.normal_side} in ('debit', 'credit')`),
    check('accounts_status', sql`${table.status} in ('open', 'frozen', 'closed')`),
    check(
      'accounts_not_negative',
      sql`${table.debits_posted_minor} >= 0 and ${table.credits_posted_minor} >= 0
        and ${table.debits_pending_minor} >= 0 and ${table.credits_pending_minor} >= 0`,
    ),
    // The last line of defence under the domain's own rule.
    check(
      'accounts_limit',
      sql`${table.min_available_minor} is null or case ${table.normal_side}
        when 'credit' then ${table.credits_posted_minor} - ${table.debits_posted_minor} - ${table.debits_pending_minor}
        else ${table.debits_posted_minor} - ${table.credits_posted_minor} - ${table.credits_pending_minor}
        end >= ${table.min_available_minor}`,
    ),
  ],
);

/**
 * What moved: one debit, one credit, one positive amount. Never changed: a pending one is resolved by another that names
 * it, at most once, and so is a reversal. No foreign keys: the rows were locked in the same transaction, and a check of
 * each would cost more than the row.
 */
export const transfers = pgTable(
  'transfers',
  {
    transfer_id: typeId('trf')().primaryKey(),
    kind: text().$type<TransferKind>().notNull(),
    debit_account_id: typeId('wal')().notNull(),
    credit_account_id: typeId('wal')().notNull(),
    amount_minor: minor().notNull(),
    currency: text().notNull(),
    /** The pending transfer that a post or void resolves. */
    pending_id: typeId('trf')(),
    reverses_id: typeId('trf')(),
    /** The payment or refund, or what a service names; for reading back. */
    reference: text().notNull(),
    created_at: time().notNull(),
  },
  (table) => [
    uniqueIndex('transfers_resolve_once').on(table.pending_id).where(sql`pending_id is not null`),
    uniqueIndex('transfers_reverse_once').on(table.reverses_id).where(sql`reverses_id is not null`),
    index('transfers_of_reference').on(table.reference),
    check('transfers_amount', sql`${table.amount_minor} > 0`),
    check('transfers_accounts', sql`${table.debit_account_id} <> ${table.credit_account_id}`),
    check('transfers_kind', sql`${table.kind} in ('single', 'pending', 'post', 'void', 'reversal')`),
    check(
      'transfers_resolution',
      sql`(${table.kind} in ('post', 'void')) = (${table.pending_id} is not null)
        and (${table.kind} = 'reversal') = (${table.reverses_id} is not null)`,
    ),
  ],
);

/**
 * The book itself: what each transfer did to each account, in order. Append-only by trigger. `pending_minor` and
 * `posted_minor` are signed changes of the account's sums on that side: a post takes from pending what it adds to posted.
 */
export const entries = pgTable(
  'entries',
  {
    entry_id: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    transfer_id: typeId('trf')().notNull(),
    account_id: typeId('wal')().notNull(),
    side: text().$type<Side>().notNull(),
    posted_minor: minor().notNull(),
    pending_minor: minor().notNull(),
    created_at: time().notNull(),
  },
  (table) => [index('entries_of_account').on(table.account_id, table.entry_id)],
);
