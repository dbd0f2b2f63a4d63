import { typeId } from '@florin/postgres';
import { bigint, date, index, integer, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import { users } from './schema.js';

const time = () => timestamp({ withTimezone: true });
const owner = () =>
  typeId('usr')()
    .notNull()
    .references(() => users.user_id, { onDelete: 'cascade' });

/** A client that acts for a person: an OAuth client, or the password sign-in. Its keys and sessions share its limits. */
export const agents = pgTable(
  'agents',
  {
    agent_id: typeId('agt')().primaryKey(),
    user_id: owner(),
    client_id: text().notNull(),
    name: text().notNull(),
    created_at: time().notNull(),
    last_used_at: time().notNull(),
    /** Null where the person set no limits. The amounts are in minor units. */
    currency: text(),
    per_transaction_minor: bigint({ mode: 'bigint' }),
    per_day_minor: bigint({ mode: 'bigint' }),
    /** Null: all that its scopes open. */
    allowed_tools: text().array(),
    limits_set_at: time(),
  },
  (table) => [
    uniqueIndex('agents_of_user').on(table.user_id, table.client_id),
    index('agents_limits_changed').on(table.limits_set_at),
  ],
);

/** What an agent's operations have taken of its limits; one row for each operation, however often it is asked for. */
export const limit_reservations = pgTable(
  'limit_reservations',
  {
    operation_id: text().primaryKey(),
    agent_id: typeId('agt')()
      .notNull()
      .references(() => agents.agent_id, { onDelete: 'cascade' }),
    user_id: owner(),
    amount_minor: bigint({ mode: 'bigint' }).notNull(),
    currency: text().notNull(),
    /** In UTC: the day that it counts against. */
    day: date({ mode: 'string' }).notNull(),
    state: text().$type<'reserved' | 'committed' | 'released'>().notNull(),
    /** How many attempts at the operation hold what is reserved: it comes back when the last of them has given it back. */
    attempts: integer().notNull().default(1),
    created_at: time().notNull(),
    updated_at: time().notNull(),
  },
  (table) => [index('limit_reservations_of_day').on(table.agent_id, table.day)],
);

/** What a person was asked to allow, bound to the exact arguments. */
export const approvals = pgTable(
  'approvals',
  {
    approval_id: typeId('apr')().primaryKey(),
    user_id: owner(),
    client_id: text().notNull(),
    operation: text().notNull(),
    /** SHA-256 of the canonical arguments, without `idempotency_key` and `approval_id`. */
    arguments_hash: text().notNull(),
    /** What the page shows, as label and text; ciphertext, since it names payees. */
    summary: text().notNull(),
    created_at: time().notNull(),
    expires_at: time().notNull(),
    decided_at: time(),
    decision: text().$type<'granted' | 'denied'>(),
    consumed_at: time(),
    /** Who consumed it may consume it again: a retry of the same operation. */
    consumed_by: text(),
  },
  (table) => [index('approvals_of_user').on(table.user_id, table.created_at)],
);

export const api_keys = pgTable(
  'api_keys',
  {
    key_id: typeId('key')().primaryKey(),
    user_id: owner(),
    /** The agent that asked for it, whose limits it inherits; null where the person made it in the browser. */
    agent_id: typeId('agt')().references(() => agents.agent_id, { onDelete: 'cascade' }),
    name: text().notNull(),
    /** The part of the key that names it. */
    public_id: text().notNull().unique(),
    secret_hash: text().notNull(),
    /** The secret before the last rotation, honoured until the grace is over. */
    previous_secret_hash: text(),
    previous_expires_at: time(),
    permissions: text().array().notNull(),
    /** CIDR blocks; null: from anywhere. */
    allowed_ips: text().array(),
    requests_per_minute: integer(),
    created_at: time().notNull(),
    /** When what it opens last changed: tokens that were made from an older state are refused. */
    changed_at: time().notNull(),
    expires_at: time(),
    revoked_at: time(),
    last_used_at: time(),
  },
  (table) => [index('api_keys_of_user').on(table.user_id), index('api_keys_changed').on(table.changed_at)],
);
