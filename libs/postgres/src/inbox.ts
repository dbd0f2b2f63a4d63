import type { EventOf } from '@florin/proto/events';
import { sql } from 'drizzle-orm';
import { pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import type { Tx } from './database.js';
import { typeId } from './type-id.js';

/** Events that a consumer has handled. */
export const inbox = pgTable(
  'inbox',
  {
    consumer: text().notNull(),
    event_id: typeId('evt')().notNull(),
    received_at: timestamp({ withTimezone: true }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.consumer, table.event_id] })],
);

/** The last event of each aggregate that a consumer has handled. */
export const inbox_positions = pgTable(
  'inbox_positions',
  {
    consumer: text().notNull(),
    aggregate_id: text().notNull(),
    /** As in the event: digits that sort as text. */
    sequence: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.consumer, table.aggregate_id] })],
);

/**
 * Records an event in the transaction of its work.
 * @returns whether there is work: not for what was handled before, nor for what is older than what was
 */
export async function receive(tx: Tx, consumer: string, event: EventOf, now: Date): Promise<boolean> {
  const recorded = await tx
    .insert(inbox)
    .values({ consumer, event_id: event.id, received_at: now })
    .onConflictDoNothing()
    .returning({ event_id: inbox.event_id });
  if (recorded.length === 0) return false;
  const advanced = await tx
    .insert(inbox_positions)
    .values({ consumer, aggregate_id: event.subject, sequence: event.sequence })
    .onConflictDoUpdate({
      target: [inbox_positions.consumer, inbox_positions.aggregate_id],
      set: { sequence: event.sequence },
      setWhere: sql`${inbox_positions.sequence} < ${event.sequence}`,
    })
    .returning({ aggregate_id: inbox_positions.aggregate_id });
  return advanced.length > 0;
}
