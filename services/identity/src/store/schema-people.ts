import { typeId } from '@florin/postgres';
import { index, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { users } from './schema.js';

const time = () => timestamp({ withTimezone: true });

/** Each person's key. Backups of this table are kept apart and for days only: to destroy a row's key is to erase. */
export const person_keys = pgTable('person_keys', {
  /** No reference: a key is made before its person is, and what is erased must stay known as erased. */
  user_id: typeId('usr')().primaryKey(),
  /** 32 bytes, sealed by the key ring; null once it has been destroyed. */
  sealed_key: text(),
});

/** Archives that people asked for. Nothing is gathered before they fetch it. */
export const data_exports = pgTable(
  'data_exports',
  {
    export_id: typeId('exp')().primaryKey(),
    user_id: typeId('usr')()
      .notNull()
      .references(() => users.user_id, { onDelete: 'cascade' }),
    created_at: time().notNull(),
    expires_at: time().notNull(),
    /** When all of it was fetched: then it is not to be had again. */
    fetched_at: time(),
  },
  (table) => [index('data_exports_of_user').on(table.user_id, table.created_at)],
);
