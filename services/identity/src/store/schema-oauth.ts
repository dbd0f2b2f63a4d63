import { sql } from 'drizzle-orm';
import { index, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';

const time = () => timestamp({ withTimezone: true });

/**
 * What the OAuth library keeps: grants, codes, refresh tokens, registered clients and running interactions.
 * `record_hash` is the SHA-256 of the id, because ids of codes and tokens are the credentials themselves; `payload` is
 * ciphertext for the same reason.
 */
export const oauth_records = pgTable(
  'oauth_records',
  {
    kind: text().notNull(),
    record_hash: text().notNull(),
    payload: text().notNull(),
    grant_id: text(),
    created_at: time().notNull(),
    expires_at: time(),
    consumed_at: time(),
  },
  (table) => [
    primaryKey({ columns: [table.kind, table.record_hash] }),
    index('oauth_records_of_grant').on(table.grant_id).where(sql`${table.grant_id} is not null`),
    index('oauth_records_expiry').on(table.expires_at).where(sql`${table.expires_at} is not null`),
  ],
);
