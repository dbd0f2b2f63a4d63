import { typeId } from '@florin/postgres';
import { boolean, index, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import type { Role } from '../domain/roles.js';
import { users } from './schema.js';

const time = () => timestamp({ withTimezone: true });

/** Who somebody is at another identity provider. */
export const federated_accounts = pgTable(
  'federated_accounts',
  {
    /** `oidc:<issuer>` or `saml:<entity id>`: who vouches, and not a name that may be given to another one later. */
    provider: text().notNull(),
    subject: text().notNull(),
    user_id: typeId('usr')()
      .notNull()
      .references(() => users.user_id, { onDelete: 'cascade' }),
    linked_at: time().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.provider, table.subject] }),
    index('federated_accounts_of_user').on(table.user_id),
  ],
);

/** A sign-in elsewhere that is under way, or a link to an existing account that waits for proof. */
export const federated_sign_ins = pgTable(
  'federated_sign_ins',
  {
    /** SHA-256 of OIDC's state, of the SAML request's id, or of the link's address. */
    state_hash: text().primaryKey(),
    provider: text().notNull(),
    /** SHA-256 of the cookie of the browser that began: nobody ends what another browser began. */
    browser_hash: text().notNull(),
    /** Ciphertext: what must come back, what came back, and the page to go back to. */
    payload: text().notNull(),
    created_at: time().notNull(),
    expires_at: time().notNull(),
    used_at: time(),
  },
  (table) => [index('federated_sign_ins_expiry').on(table.expires_at)],
);

/** An organization's SAML identity provider. */
export const saml_connections = pgTable('saml_connections', {
  /** As in the address of its pages: `/auth/saml/<connection>/start`. */
  connection: text().primaryKey(),
  organization: text().notNull(),
  /** Unique, because people are known by it: a second provider of that name could sign in as the people of the first. */
  idp_entity_id: text().notNull().unique(),
  sso_url: text().notNull(),
  /** PEM; more than one while they roll over. */
  certificates: text().array().notNull(),
  /** E-mail domains whose people this provider may vouch for. */
  email_domains: text().array().notNull(),
  /** The attribute that `role_mapping` goes by. */
  role_attribute: text().notNull(),
  /** By value of that attribute. */
  role_mapping: jsonb().$type<Record<string, Role>>().notNull(),
  /** Without it, no mapping makes anybody an admin. */
  grants_admin: boolean().notNull(),
  provisions_accounts: boolean().notNull(),
  /** Begin a sign-in of our own where a response comes that nobody asked for. */
  allows_idp_initiated: boolean().notNull(),
  created_at: time().notNull(),
});

/** Assertions that were honoured, until they would have expired: none is honoured twice. */
export const saml_assertions = pgTable(
  'saml_assertions',
  {
    provider: text().notNull(),
    assertion_id: text().notNull(),
    expires_at: time().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.provider, table.assertion_id] }),
    index('saml_assertions_expiry').on(table.expires_at),
  ],
);
