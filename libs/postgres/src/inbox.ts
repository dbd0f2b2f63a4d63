import { idToUuid } from '@florin/chassis';
import type { EventOf } from '@florin/proto/events';
import { sql } from 'drizzle-orm';
import { pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import type { RawSql, Tx } from './database.js';
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
  // One statement: this is the cost of every event, whatever its handler does.
  const rows = await tx.execute(sql`
    with recorded as (
      insert into inbox (consumer, event_id, received_at)
      values (${consumer}, ${idToUuid(event.id, 'evt')}, ${now.toISOString()})
      on conflict do nothing returning 1
    )
    insert into inbox_positions as known (consumer, aggregate_id, sequence)
    select ${consumer}, ${event.subject}, ${event.sequence} from recorded
    on conflict (consumer, aggregate_id) do update set sequence = excluded.sequence
      where known.sequence < excluded.sequence
    returning 1`);
  return rows.length > 0;
}

const PRUNE_BATCH = 1_000;
const PRUNE_ROUNDS = 100;

/** Forgets what was received before. Event ids sort by age, so the oldest are found without looking at the others. */
export async function pruneInbox(session: RawSql, consumer: string, before: Date): Promise<void> {
  for (let round = 0; round < PRUNE_ROUNDS; round++) {
    const { count } = await session`
      delete from inbox where consumer = ${consumer} and event_id = any(array(
        select event_id from (
          select event_id, received_at from inbox
          where consumer = ${consumer} order by event_id limit ${PRUNE_BATCH}
        ) as oldest where received_at < ${before}))`;
    if (count < PRUNE_BATCH) return;
  }
}
