import type { Queryable, Tx } from '@florin/postgres';
import { and, asc, eq, isNull, min, ne, sql } from 'drizzle-orm';
import { accounts, links } from './schema.js';

export type LinkRow = typeof links.$inferSelect;
export type NewLink = typeof links.$inferInsert;

export async function findLink(
  user_id: string,
  db: Queryable,
  link_id: string,
): Promise<LinkRow | undefined> {
  const [row] = await db
    .select()
    .from(links)
    .where(and(eq(links.user_id, user_id), eq(links.link_id, link_id)));
  return row;
}

/** The same, kept from changing until the transaction ends. Everything that changes a link or its accounts begins here. */
export async function lockLink(user_id: string, tx: Tx, link_id: string): Promise<LinkRow | undefined> {
  const [row] = await tx
    .select()
    .from(links)
    .where(and(eq(links.user_id, user_id), eq(links.link_id, link_id)))
    .for('update');
  return row;
}

/** All that the person ever linked, ended ones too. */
export async function listLinks(user_id: string, db: Queryable): Promise<LinkRow[]> {
  return db.select().from(links).where(eq(links.user_id, user_id)).orderBy(asc(links.link_id));
}

export async function findLinkByPublicToken(
  user_id: string,
  db: Queryable,
  public_token_hash: string,
): Promise<LinkRow | undefined> {
  const [row] = await db
    .select()
    .from(links)
    .where(and(eq(links.user_id, user_id), eq(links.public_token_hash, public_token_hash)));
  return row;
}

/**
 * Keeps a link, or, where the provider gave the same one before, its new access token.
 * @returns undefined where the link is somebody else's
 */
export async function saveLink(user_id: string, tx: Tx, link: NewLink): Promise<LinkRow | undefined> {
  const { access_token, public_token_hash, sync_due_at } = link;
  const [row] = await tx
    .insert(links)
    .values({ ...link, user_id })
    .onConflictDoUpdate({
      target: links.provider_link_id,
      set: { access_token, public_token_hash, sync_due_at, status: 'active', unlinked_at: null },
      setWhere: eq(links.user_id, user_id),
    })
    .returning();
  return row;
}

export async function updateLink(
  user_id: string,
  db: Queryable,
  link_id: string,
  values: Partial<Omit<NewLink, 'link_id' | 'user_id'>>,
): Promise<void> {
  await db
    .update(links)
    .set(values)
    .where(and(eq(links.user_id, user_id), eq(links.link_id, link_id)));
}

/** Has the link synced as soon as a worker is free. */
export async function requestSync(user_id: string, db: Queryable, link_id: string, now: Date): Promise<void> {
  await db
    .update(links)
    .set({ sync_due_at: now, sync_requests: sql`${links.sync_requests} + 1`, sync_attempts: 0 })
    .where(and(eq(links.user_id, user_id), eq(links.link_id, link_id), ne(links.status, 'unlinked')));
}

/**
 * Up to when all that is shown is known to be complete: the oldest of the last syncs.
 * @returns null where a link has not been synced yet, or there is none
 */
export async function syncedUntil(user_id: string, db: Queryable, account_id?: string): Promise<Date | null> {
  const [row] = await db
    .select({
      oldest: min(links.synced_at),
      never: sql<boolean>`coalesce(bool_or(${links.synced_at} is null), true)`,
    })
    .from(links)
    .innerJoin(accounts, and(eq(accounts.link_id, links.link_id), isNull(accounts.unlinked_at)))
    .where(
      and(
        eq(links.user_id, user_id),
        account_id === undefined ? undefined : eq(accounts.account_id, account_id),
      ),
    );
  return row === undefined || row.never ? null : row.oldest;
}
