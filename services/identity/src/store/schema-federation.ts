import { typeId } from '@florin/postgres';
import { boolean, index, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { users } from './schema.js';

const time = () => timestamp({ withTimezone: true });

/** Who somebody is at another identity provider: an OIDC issuer, or a SAML connection. */
export const federated_accounts = pgTable(
  'federated_accounts',
  {
    /** `oidc:<provider>` or `saml:<connection_id>`. */
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

/** A sign-in elsewhere that is under way: OIDC's state with what must come back with it, or a SAML request's id. */
export const federated_sign_ins = pgTable('federated_sign_ins', {
  /** SHA-256 of the state, or of the request's id. */
  state_hash: text().primaryKey(),
  provider: text().notNull(),
  /** SHA-256 of the cookie of the browser that began: nobody ends what another browser began. */
  browser_hash: text().notNull(),
  /** Ciphertext: nonce, code verifier, and the page to go back to. */
  payload: text().notNull(),
  created_at: time().notNull(),
  expires_at: time().notNull(),
  used_at: time(),
});

/** An organization's SAML identity provider. */
export const saml_connections = pgTable('saml_connections', {
  connection_id: typeId('sam')().primaryKey(),
  organization: text().notNull(),
  idp_entity_id: text().notNull(),
  sso_url: text().notNull(),
  /** PEM; more than one while they roll over. */
  certificates: text().array().notNull(),
  /** E-mail domains whose people this provider may vouch for. */
  email_domains: text().array().notNull(),
  /** By value of the role attribute. */
  role_mapping: jsonb().$type<Record<string, string>>().notNull(),
  provisions_accounts: boolean().notNull(),
  allows_idp_initiated: boolean().notNull(),
  created_at: time().notNull(),
});

/** Assertions that were honoured, until they would have expired: none is honoured twice. */
export const saml_assertions = pgTable(
  'saml_assertions',
  {
    connection_id: typeId('sam')().notNull(),
    assertion_id: text().notNull(),
    expires_at: time().notNull(),
  },
  (table) => [primaryKey({ columns: [table.connection_id, table.assertion_id] })],
);
