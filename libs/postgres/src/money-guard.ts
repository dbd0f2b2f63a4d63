import { bigint, date, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { typeId } from './type-id.js';

/**
 * Which calls have taken effect: written in the transaction of the effect, kept as long as what it made. Refusals are not
 * stored: the same key may then be tried again, with other input too.
 */
export const idempotency_keys = pgTable(
  'idempotency_keys',
  {
    user_id: typeId('usr')().notNull(),
    operation: text().notNull(),
    idempotency_key: text().notNull(),
    /** SHA-256 of the input, without the key and approval_id. */
    input_hash: text().notNull(),
    /** What the call made: `pay_…`. */
    object_id: text().notNull(),
    created_at: timestamp({ withTimezone: true }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.user_id, table.operation, table.idempotency_key] })],
);

/** What people have moved while fraud did not answer, by day (UTC): small amounts pass, up to a daily allowance. */
export const unscreened_spending = pgTable(
  'unscreened_spending',
  {
    user_id: typeId('usr')().notNull(),
    day: date({ mode: 'string' }).notNull(),
    currency: text().notNull(),
    spent_minor: bigint({ mode: 'bigint' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.user_id, table.day, table.currency] })],
);
