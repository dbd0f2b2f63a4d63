import type { Tx } from '@florin/postgres';
import { and, eq, isNull } from 'drizzle-orm';
import { browser_sessions } from './schema-accounts.js';

/** Signs the person out of every browser. */
export async function endBrowserSessions(tx: Tx, user_id: string, now: Date): Promise<void> {
  await tx
    .update(browser_sessions)
    .set({ revoked_at: now })
    .where(and(eq(browser_sessions.user_id, user_id), isNull(browser_sessions.revoked_at)));
}
