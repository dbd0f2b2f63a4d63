import { newId } from '@florin/chassis';
import { type Db, transaction } from '@florin/postgres';
import { and, count, eq, gt, isNull, lte } from 'drizzle-orm';
import { users } from './schema.js';
import { data_exports } from './schema-people.js';

/**
 * @param at_most how many may wait to be fetched
 * @returns undefined while so many do
 */
export function addDataExport(
  db: Db,
  user_id: string,
  { now, expires_at, at_most }: { now: Date; expires_at: Date; at_most: number },
): Promise<string | undefined> {
  return transaction(db, async (tx) => {
    const own = eq(data_exports.user_id, user_id);
    // Locked, or calls that come at once would each find room.
    await tx.select({ user_id: users.user_id }).from(users).where(eq(users.user_id, user_id)).for('update');
    await tx.delete(data_exports).where(and(own, lte(data_exports.expires_at, now)));
    const [waiting] = await tx.select({ exports: count() }).from(data_exports).where(own);
    if ((waiting?.exports ?? 0) >= at_most) return undefined;
    const export_id = newId('exp');
    await tx.insert(data_exports).values({ export_id, user_id, created_at: now, expires_at });
    return export_id;
  });
}

/** Takes an export, so that it is fetched once. @returns false for another's, one that was fetched, and none at all */
export async function claimDataExport(
  db: Db,
  user_id: string,
  export_id: string,
  now: Date,
): Promise<boolean> {
  const claimed = await db
    .update(data_exports)
    .set({ fetched_at: now })
    .where(and(isOf(user_id, export_id), isNull(data_exports.fetched_at), gt(data_exports.expires_at, now)))
    .returning({ export_id: data_exports.export_id });
  return claimed.length === 1;
}

/** Gives it back: not all of it has arrived. */
export async function reopenDataExport(db: Db, user_id: string, export_id: string): Promise<void> {
  await db.update(data_exports).set({ fetched_at: null }).where(isOf(user_id, export_id));
}

function isOf(user_id: string, export_id: string) {
  return and(eq(data_exports.user_id, user_id), eq(data_exports.export_id, export_id));
}
