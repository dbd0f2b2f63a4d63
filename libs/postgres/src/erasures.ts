import { asc, eq, inArray, lte, sql } from 'drizzle-orm';
import { index, integer, pgTable, timestamp } from 'drizzle-orm/pg-core';
import type { Db, Queryable } from './database.js';
import { typeId } from './type-id.js';

const time = () => timestamp({ withTimezone: true });

/** People whose data is to go, or has gone. The rows stay: what was restored from a backup can be erased by them again. */
export const erasures = pgTable(
  'erasures',
  {
    user_id: typeId('usr')().primaryKey(),
    requested_at: time().notNull(),
    /** When it is to be tried next; null once there is nothing left and nothing can come any more. */
    due_at: time(),
    attempts: integer().notNull().default(0),
    /** When everything had gone for the first time. */
    erased_at: time(),
  },
  (table) => [index('erasures_due').on(table.due_at).where(sql`due_at is not null`)],
);

export type Erasure = typeof erasures.$inferSelect;

/** Has everything of the person erased as soon as a worker is free. Once is enough. */
export async function requestErasure(user_id: string, db: Queryable, now: Date): Promise<void> {
  await db.insert(erasures).values({ user_id, requested_at: now, due_at: now }).onConflictDoNothing();
}

/** Takes those that are due, the longest due first, and puts them off: who dies over one is overtaken by the next. */
export async function claimErasures(db: Db, now: Date, until: Date, limit: number): Promise<Erasure[]> {
  const due = db
    .select({ user_id: erasures.user_id })
    .from(erasures)
    .where(lte(erasures.due_at, now))
    .orderBy(asc(erasures.due_at))
    .limit(limit)
    .for('update', { skipLocked: true });
  return db
    .update(erasures)
    .set({ due_at: until, attempts: sql`${erasures.attempts} + 1` })
    .where(inArray(erasures.user_id, due))
    .returning();
}

export async function updateErasure(
  user_id: string,
  db: Queryable,
  values: Partial<Pick<Erasure, 'due_at' | 'attempts' | 'erased_at'>>,
): Promise<void> {
  await db.update(erasures).set(values).where(eq(erasures.user_id, user_id));
}
