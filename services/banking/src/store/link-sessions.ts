import type { Queryable, Tx } from '@florin/postgres';
import { and, eq, inArray, lt } from 'drizzle-orm';
import { link_sessions } from './schema.js';

export type LinkSession = typeof link_sessions.$inferSelect;

export async function insertLinkSession(
  user_id: string,
  db: Queryable,
  session: Omit<typeof link_sessions.$inferInsert, 'user_id'>,
): Promise<void> {
  await db.insert(link_sessions).values({ ...session, user_id });
}

/** By the hash of the secret in the page's address: who knows the secret is whom the person gave it to. */
export async function findLinkSession(db: Queryable, state_hash: string): Promise<LinkSession | undefined> {
  const [row] = await db.select().from(link_sessions).where(eq(link_sessions.state_hash, state_hash));
  return row;
}

export async function completeLinkSession(
  user_id: string,
  db: Queryable,
  session_id: string,
  link_id: string,
  now: Date,
): Promise<void> {
  await db
    .update(link_sessions)
    .set({ link_id, completed_at: now })
    .where(and(eq(link_sessions.user_id, user_id), eq(link_sessions.session_id, session_id)));
}

const SWEPT_AT_ONCE = 500;

/** Forgets sessions that expired before. */
export async function sweepLinkSessions(tx: Tx, before: Date): Promise<void> {
  const old = tx
    .select({ session_id: link_sessions.session_id })
    .from(link_sessions)
    .where(lt(link_sessions.expires_at, before))
    .limit(SWEPT_AT_ONCE);
  await tx.delete(link_sessions).where(inArray(link_sessions.session_id, old));
}
