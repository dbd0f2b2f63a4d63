import { newId } from '@florin/chassis';
import { createEvent, type EventData, type EventOf, type EventType } from '@florin/proto/events';
import { sql } from 'drizzle-orm';
import { bigint, index, json, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import type { Tx } from './database.js';

/** Events that were committed with the state they tell of, and wait to be published by the relay. */
export const outbox = pgTable(
  'outbox',
  {
    position: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    /** The CloudEvent as it will be published. */
    event: json().$type<EventOf>().notNull(),
    created_at: timestamp({ withTimezone: true }).notNull(),
    published_at: timestamp({ withTimezone: true }),
  },
  (table) => [index('outbox_unpublished').on(table.position).where(sql`published_at is null`)],
);

/** How many events each aggregate has had. Its row is the lock under which the next one gets its number. */
export const aggregate_sequences = pgTable('aggregate_sequences', {
  aggregate_id: text().primaryKey(),
  sequence: bigint({ mode: 'bigint' }).notNull(),
});

interface OutboxEvent<T extends EventType> {
  type: T;
  /** The TypeID of what changed. Its events are delivered in the order of their sequence. */
  aggregate_id: string;
  data: EventData<T>;
  /** W3C Trace Context of the call that causes the event; empty where it came without. */
  traceparent?: string | undefined;
  /** URIs of resources that read differently once the transaction has committed; with ids, never `me`. */
  resources?: readonly string[] | undefined;
}

interface NumberedEvent<T extends EventType> extends OutboxEvent<T> {
  /** `evt_…` */
  id: string;
  /** Of the aggregate's events: contiguous, from 1. */
  sequence: bigint;
}

/**
 * Writes an event in the transaction that makes it true. The aggregate stays locked until that transaction ends, so the
 * order of sequences is the order of commits; call it late, for the lock's sake.
 * @returns the event's id
 */
export async function addEvent<T extends EventType>(
  tx: Tx,
  event: OutboxEvent<T>,
  now: Date,
): Promise<string> {
  const { aggregate_id } = event;
  const [row] = await tx
    .insert(aggregate_sequences)
    .values({ aggregate_id, sequence: 1n })
    .onConflictDoUpdate({
      target: aggregate_sequences.aggregate_id,
      set: { sequence: sql`${aggregate_sequences.sequence} + 1` },
    })
    .returning({ sequence: aggregate_sequences.sequence });
  if (row === undefined) throw new Error('an upsert returned no row');
  const id = newId('evt');
  await tx.insert(outbox).values(newOutboxRow({ ...event, id, sequence: row.sequence }, now));
  return id;
}

/**
 * The row of an event whose aggregate counts its events itself, under a lock of its own; for a writer that makes all its
 * rows in one statement.
 * @throws ZodError where the event breaks its schema: a programmer's error
 */
export function newOutboxRow<T extends EventType>(
  { type, aggregate_id, traceparent, ...event }: NumberedEvent<T>,
  now: Date,
): { event: EventOf; created_at: Date } {
  const created = createEvent({
    ...event,
    type,
    subject: aggregate_id,
    time: now,
    traceparent: traceparent === '' ? undefined : traceparent,
  });
  return { event: created as EventOf, created_at: now };
}
