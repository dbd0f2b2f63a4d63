import type { Tx } from '@florin/postgres';
import { inArray, lt } from 'drizzle-orm';
import { webhook_receipts } from './schema.js';

/** @returns false where this webhook was taken before */
export async function recordWebhook(tx: Tx, webhook_hash: string, now: Date): Promise<boolean> {
  const rows = await tx
    .insert(webhook_receipts)
    .values({ webhook_hash, received_at: now })
    .onConflictDoNothing()
    .returning();
  return rows.length > 0;
}

const SWEPT_AT_ONCE = 500;

/** Forgets receipts that are older than a signature may be. */
export async function sweepWebhookReceipts(tx: Tx, before: Date): Promise<void> {
  const old = tx
    .select({ webhook_hash: webhook_receipts.webhook_hash })
    .from(webhook_receipts)
    .where(lt(webhook_receipts.received_at, before))
    .limit(SWEPT_AT_ONCE);
  await tx.delete(webhook_receipts).where(inArray(webhook_receipts.webhook_hash, old));
}
