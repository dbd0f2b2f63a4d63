import type { Db, Tx } from '@florin/postgres';
import { and, asc, eq, inArray, isNull, lte, ne, or, sql } from 'drizzle-orm';
import type { LinkRow } from './links.js';
import { links } from './schema.js';

// The queue is of all people at once: a worker takes what is due, and whose it is stands in the row.

/** Takes the links that are due and that no other worker has, the longest due first. */
export async function claimDue(db: Db, now: Date, until: Date, limit: number): Promise<LinkRow[]> {
  const due = db
    .select({ link_id: links.link_id })
    .from(links)
    .where(
      and(
        lte(links.sync_due_at, now),
        ne(links.status, 'unlinked'),
        or(isNull(links.sync_claimed_until), lte(links.sync_claimed_until, now)),
      ),
    )
    .orderBy(asc(links.sync_due_at))
    .limit(limit)
    .for('update', { skipLocked: true });
  return db.update(links).set({ sync_claimed_until: until }).where(inArray(links.link_id, due)).returning();
}

/**
 * Has the link synced that the provider calls so.
 * @returns whether there is one
 */
export async function requestSyncByProviderId(tx: Tx, provider_link_id: string, now: Date): Promise<boolean> {
  const rows = await tx
    .update(links)
    .set({ sync_due_at: now, sync_requests: sql`${links.sync_requests} + 1`, sync_attempts: 0 })
    .where(and(eq(links.provider_link_id, provider_link_id), ne(links.status, 'unlinked')))
    .returning({ link_id: links.link_id });
  return rows.length > 0;
}
