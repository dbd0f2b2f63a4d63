import type { Tx } from '@florin/postgres';
import { inArray, lt } from 'drizzle-orm';
import { webhook_receipts } from './schema.js';

/** @returns false where this webhook was taken before */
export async function recordWebhook(tx: Tx, event_id: string, now: Date): Promise<boolean> {
  const rows = await tx
    .insert(webhook_receipts)
    .values({ event_id, received_at: now })
    .onConflictDoNothing()
    .returning();
  return rows.length > 0;
}

const SWEPT_AT_ONCE = 500;

/** Forgets receipts that are older than the provider repeats anything. */
export async function sweepWebhookReceipts(tx: Tx, before: Date): Promise<void> {
  const old = tx
    .select({ event_id: webhook_receipts.event_id })
    .from(webhook_receipts)
    .where(lt(webhook_receipts.received_at, before))
    .limit(SWEPT_AT_ONCE);
  await tx.delete(webhook_receipts).where(inArray(webhook_receipts.event_id, old));
}
