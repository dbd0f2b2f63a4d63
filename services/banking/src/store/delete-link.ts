import type { Queryable, Tx } from '@florin/postgres';
import { and, eq } from 'drizzle-orm';
import { accounts, link_sessions, links, transactions } from './schema.js';

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
