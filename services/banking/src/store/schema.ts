import { typeId } from '@florin/postgres';
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  date,
  index,
  integer,
  pgTable,
  text,
  timestamp,
  unique,
} from 'drizzle-orm/pg-core';
import type { Category } from '../domain/category.js';

export { aggregate_sequences, erasures, inbox, inbox_positions, outbox } from '@florin/postgres';

const time = () => timestamp({ withTimezone: true });
const minor = () => bigint({ mode: 'bigint' });

export type LinkStatus = 'active' | 'needs_login' | 'unlinked';

/** A person's access to one bank: what Plaid calls an Item. */
export const links = pgTable(
  'links',
  {
    link_id: typeId('lnk')().primaryKey(),
    user_id: typeId('usr')().notNull(),
    provider_link_id: text().notNull().unique(),
    /** SHA-256. A public token can be exchanged once, so a repeated call is known by it. */
    public_token_hash: text().notNull().unique(),
    /** Ciphertext; destroyed when the link ends. */
    access_token: text(),
    institution: text().notNull(),
    status: text().$type<LinkStatus>().notNull(),
    linked_at: time().notNull(),
    unlinked_at: time(),
    /** Up to where the provider's updates are in `transactions`; null before the first. */
    cursor: text(),
    /** When the rows last agreed with the provider. */
    synced_at: time(),
    /** When the next sync is to run; null for never. */
    sync_due_at: time(),
    /** Counts what asked for a sync, so that what asks while one runs is not taken as done by it. */
    sync_requests: integer().notNull().default(0),
    sync_attempts: integer().notNull().default(0),
    /** Until when a worker has it. One that died loses it by that. */
    sync_claimed_until: time(),
  },
  (table) => [
    index('links_of_user').on(table.user_id),
    index('links_due').on(table.sync_due_at).where(sql`sync_due_at is not null`),
    check('links_status', sql`${table.status} in ('active', 'needs_login', 'unlinked')`),
    check('links_token', sql`(${table.status} = 'unlinked') = (${table.access_token} is null)`),
  ],
);

export const accounts = pgTable(
  'accounts',
  {
    account_id: typeId('acc')().primaryKey(),
    user_id: typeId('usr')().notNull(),
    link_id: typeId('lnk')()
      .notNull()
      .references(() => links.link_id),
    provider_account_id: text().notNull(),
    name: text().notNull(),
    mask: text().notNull(),
    type: text().notNull(),
    subtype: text().notNull(),
    currency: text().notNull(),
    current_minor: minor(),
    available_minor: minor(),
    /** When the bank itself was last asked for the balance. */
    balance_as_of: time(),
    linked_at: time().notNull(),
    unlinked_at: time(),
  },
  (table) => [
    unique('accounts_of_provider').on(table.link_id, table.provider_account_id),
    index('accounts_of_user').on(table.user_id, table.account_id),
  ],
);

export const transactions = pgTable(
  'transactions',
  {
    transaction_id: typeId('txn')().primaryKey(),
    user_id: typeId('usr')().notNull(),
    link_id: typeId('lnk')()
      .notNull()
      .references(() => links.link_id),
    account_id: typeId('acc')()
      .notNull()
      .references(() => accounts.account_id),
    provider_transaction_id: text().notNull(),
    pending_provider_transaction_id: text(),
    date: date({ mode: 'string' }).notNull(),
    /** Money out is negative. */
    amount_minor: minor().notNull(),
    currency: text().notNull(),
    merchant: text(),
    description: text().notNull(),
    category: text().$type<Category>().notNull(),
    category_detail: text().notNull(),
    pending: boolean().notNull(),
    removed: boolean().notNull(),
    updated_at: time().notNull(),
  },
  (table) => [
    unique('transactions_of_provider').on(table.link_id, table.provider_transaction_id),
    index('transactions_once_pending')
      .on(table.link_id, table.pending_provider_transaction_id)
      .where(sql`pending_provider_transaction_id is not null`),
    // Ascending: read backwards they give the newest first, as they are searched.
    index('transactions_of_user').on(table.user_id, table.date, table.transaction_id).where(sql`not removed`),
    index('transactions_of_account')
      .on(table.account_id, table.date, table.transaction_id)
      .where(sql`not removed`),
  ],
);

/** A visit to the page behind `link_url`. Ended ones stay for a day, so that the page can say what became of them. */
export const link_sessions = pgTable(
  'link_sessions',
  {
    session_id: typeId('lks')().primaryKey(),
    user_id: typeId('usr')().notNull(),
    /** SHA-256 of the secret in the page's address. */
    state_hash: text().notNull().unique(),
    /** Ciphertext. */
    link_token: text().notNull(),
    /** Where the stand-in's page is; null where Plaid's own widget runs in ours. */
    hosted_url: text(),
    /** The link whose sign-in is to be repaired; none for a new one. */
    repairs_link_id: typeId('lnk')().references(() => links.link_id),
    expires_at: time().notNull(),
    /** The link that came of it. */
    link_id: typeId('lnk')().references(() => links.link_id),
    completed_at: time(),
  },
  (table) => [index('link_sessions_by_age').on(table.expires_at)],
);

/** Webhooks that were taken: a repeated delivery is dropped. */
export const webhook_receipts = pgTable(
  'webhook_receipts',
  { webhook_hash: text().primaryKey(), received_at: time().notNull() },
  (table) => [index('webhook_receipts_by_age').on(table.received_at)],
);
