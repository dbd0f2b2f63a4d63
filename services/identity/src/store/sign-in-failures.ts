import { type Db, transaction } from '@florin/postgres';
import { eq, lt } from 'drizzle-orm';
import { countAttempt, isBlocked } from '../domain/sign-in-throttle.js';
import { sign_in_failures } from './schema-accounts.js';

/**
 * Counts an attempt before its outcome is known, so that many at once are no way around the count.
 *
 * @returns false, with nothing counted, where the subject is blocked at the moment
 */
export function beginAttempt(
  db: Db,
  subject_hash: string,
  longest_delay_ms: number,
  now: Date,
): Promise<boolean> {
  return transaction(db, async (tx) => {
    const row = eq(sign_in_failures.subject_hash, subject_hash);
    // The row must be there to be locked, or two first attempts would both be the first.
    await tx
      .insert(sign_in_failures)
      .values({ subject_hash, failures: 0, last_failed_at: now })
      .onConflictDoNothing();
    const [known] = await tx.select().from(sign_in_failures).where(row).for('update');
    if (isBlocked(known, now)) return false;
    await tx
      .update(sign_in_failures)
      .set(countAttempt(known, longest_delay_ms, now))
      .where(row);
    return true;
  });
}

/** After the right answer: what failed before it was the person. */
export async function forgetAttempts(db: Db, subject_hash: string): Promise<void> {
  await db.delete(sign_in_failures).where(eq(sign_in_failures.subject_hash, subject_hash));
}

export async function pruneAttempts(db: Db, before: Date): Promise<void> {
  await db.delete(sign_in_failures).where(lt(sign_in_failures.last_failed_at, before));
}
