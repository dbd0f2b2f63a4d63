import type { Db, Queryable, Tx } from '@florin/postgres';
import { and, asc, eq, inArray, lte, sql } from 'drizzle-orm';
import { accounts, erasures, link_sessions, links, transactions } from './schema.js';

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

/** Deletes what belongs to a link, and the link. Its own deletion comes last: the others refer to it. */
export async function deleteLink(user_id: string, tx: Tx, link_id: string): Promise<void> {
  const own = <T extends typeof transactions | typeof accounts | typeof links>(table: T) =>
    and(eq(table.user_id, user_id), eq(table.link_id, link_id));
  await deleteLinkSessions(user_id, tx);
  await tx.delete(transactions).where(own(transactions));
  await tx.delete(accounts).where(own(accounts));
  await tx.delete(links).where(own(links));
}

export async function deleteLinkSessions(user_id: string, db: Queryable): Promise<void> {
  await db.delete(link_sessions).where(eq(link_sessions.user_id, user_id));
}
