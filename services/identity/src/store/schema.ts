import { typeId } from '@florin/postgres';
import { sql } from 'drizzle-orm';
import { check, index, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { Role } from '../domain/roles.js';
import type { KeyPurpose } from '../tokens/signing-keys.js';

export { aggregate_sequences, outbox } from '@florin/postgres';

const time = () => timestamp({ withTimezone: true });

/** People. `email` and `full_name` are ciphertext; `email_index` is the keyed hash by which an address is found. */
export const users = pgTable(
  'users',
  {
    user_id: typeId('usr')().primaryKey(),
    email_index: text().notNull().unique(),
    email: text().notNull(),
    full_name: text().notNull(),
    email_verified_at: time(),
    /** In the PHC string format, so that its parameters travel with it. Null for who only ever signs in elsewhere. */
    password_hash: text(),
    roles: text().array().$type<Role[]>().notNull(),
    /** Ciphertext, like the address. */
    phone: text(),
    address: text(),
    /** BCP 47. */
    locale: text(),
    /** Of the IANA database. */
    time_zone: text(),
    created_at: time().notNull(),
    updated_at: time().notNull(),
    suspended_at: time(),
    /** When roles or suspension last changed; null: never. Tokens that were made from an older state are refused. */
    access_changed_at: time(),
    /** Set once everything about the person is gone. The row stays, so that the id means the same person for ever. */
    erased_at: time(),
  },
  (table) => [
    index('users_access_changed').on(table.access_changed_at),
    // A call that was under way when the person was erased must not write anything back.
    check(
      'users_erased',
      sql`${table.erased_at} is null or (${table.email} = '' and ${table.full_name} = '' and ${table.email_index} like 'erased.%'
        and ${table.suspended_at} is not null
        and num_nonnulls(${table.password_hash}, ${table.phone}, ${table.address}, ${table.locale}, ${table.time_zone}) = 0)`,
    ),
  ],
);

/** One sign-in, and the family of the refresh tokens that came of it. */
export const sessions = pgTable(
  'sessions',
  {
    session_id: typeId('ses')().primaryKey(),
    user_id: typeId('usr')()
      .notNull()
      .references(() => users.user_id, { onDelete: 'cascade' }),
    client_id: text().notNull(),
    /** RFC 8176. */
    authentication_methods: text().array().notNull(),
    created_at: time().notNull(),
    last_used_at: time().notNull(),
    expires_at: time().notNull(),
    revoked_at: time(),
  },
  (table) => [index('sessions_of_user').on(table.user_id), index('sessions_revoked').on(table.revoked_at)],
);

/** Used ones stay as long as their session: to see one again is how a theft is noticed. */
export const refresh_tokens = pgTable(
  'refresh_tokens',
  {
    token_hash: text().primaryKey(),
    session_id: typeId('ses')()
      .notNull()
      .references(() => sessions.session_id, { onDelete: 'cascade' }),
    issued_at: time().notNull(),
    used_at: time(),
  },
  (table) => [index('refresh_tokens_of_session').on(table.session_id)],
);

/** The keys that sign tokens. `private_jwk` is ciphertext. */
export const signing_keys = pgTable(
  'signing_keys',
  {
    key_id: uuid().primaryKey(),
    purpose: text().$type<KeyPurpose>().notNull(),
    private_jwk: text().notNull(),
    created_at: time().notNull(),
  },
  (table) => [check('signing_keys_purpose', sql`${table.purpose} in ('access', 'mesh')`)],
);
