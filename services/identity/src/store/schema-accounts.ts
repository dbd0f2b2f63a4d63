import { typeId } from '@florin/postgres';
import { bigint, index, integer, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { users } from './schema.js';

const time = () => timestamp({ withTimezone: true });
const owner = () =>
  typeId('usr')()
    .notNull()
    .references(() => users.user_id, { onDelete: 'cascade' });

/** A sign-in in a browser, at identity's own pages: what approvals are granted in. */
export const browser_sessions = pgTable(
  'browser_sessions',
  {
    /** SHA-256 of the cookie. */
    session_hash: text().primaryKey(),
    user_id: owner(),
    /** RFC 8176. */
    authentication_methods: text().array().notNull(),
    authenticated_at: time().notNull(),
    last_used_at: time().notNull(),
    expires_at: time().notNull(),
    revoked_at: time(),
  },
  (table) => [index('browser_sessions_of_user').on(table.user_id)],
);

/** Links sent by mail, each good once: to verify an address, to choose a new password. */
export const mail_tokens = pgTable(
  'mail_tokens',
  {
    token_hash: text().primaryKey(),
    user_id: owner(),
    purpose: text().$type<'verify_email' | 'reset_password'>().notNull(),
    /** The address that it was sent to: it proves that one, and none that came later. */
    email_index: text().notNull(),
    created_at: time().notNull(),
    expires_at: time().notNull(),
    used_at: time(),
  },
  (table) => [index('mail_tokens_of_user').on(table.user_id, table.purpose)],
);

/** Mails that were committed with what they tell of, and wait to be sent. */
export const mails = pgTable(
  'mails',
  {
    mail_id: uuid().primaryKey(),
    user_id: owner(),
    /** Recipient, subject and text, as ciphertext: links in it are worth an account. */
    content: text().notNull(),
    created_at: time().notNull(),
    attempts: integer().notNull(),
    next_attempt_at: time().notNull(),
  },
  (table) => [index('mails_due').on(table.next_attempt_at), index('mails_of_user').on(table.user_id)],
);

/** Challenges that were answered: to answer one again is a replay. They are signed, and so not kept before. */
export const used_challenges = pgTable('used_challenges', {
  challenge_id: uuid().primaryKey(),
  used_at: time().notNull(),
});

/** Failed sign-ins by keyed hash of account and source address together, so that nobody locks somebody else out. */
export const sign_in_failures = pgTable('sign_in_failures', {
  subject_hash: text().primaryKey(),
  failures: integer().notNull(),
  last_failed_at: time().notNull(),
  blocked_until: time(),
});

/** An authenticator app (RFC 6238). `secret` is ciphertext. Not asked for until it has been confirmed by a first code. */
export const totp_factors = pgTable('totp_factors', {
  user_id: typeId('usr')()
    .primaryKey()
    .references(() => users.user_id, { onDelete: 'cascade' }),
  secret: text().notNull(),
  created_at: time().notNull(),
  confirmed_at: time(),
  /** The time step of the last code that was accepted: a code is good once. */
  last_step: bigint({ mode: 'number' }),
});

export const recovery_codes = pgTable(
  'recovery_codes',
  {
    user_id: owner(),
    code_hash: text().notNull(),
    used_at: time(),
  },
  (table) => [primaryKey({ columns: [table.user_id, table.code_hash] })],
);

/** WebAuthn credentials. */
export const passkeys = pgTable(
  'passkeys',
  {
    credential_id: text().primaryKey(),
    user_id: owner(),
    /** COSE key, base64url. */
    public_key: text().notNull(),
    counter: bigint({ mode: 'number' }).notNull(),
    transports: text().array().notNull(),
    name: text().notNull(),
    created_at: time().notNull(),
    last_used_at: time(),
  },
  (table) => [index('passkeys_of_user').on(table.user_id)],
);
