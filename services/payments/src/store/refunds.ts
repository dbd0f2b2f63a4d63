import type { Db, Queryable } from '@florin/postgres';
import { and, asc, eq, inArray, lte, sql } from 'drizzle-orm';
import type { RefundRow } from '../ledger/unit.js';
import { refunds, transfers } from './schema.js';

/** Whose it is stands in the row: for workers and for who checks that himself. */
export async function loadRefund(db: Queryable, refund_id: string): Promise<RefundRow | undefined> {
  const [row] = await db.select().from(refunds).where(eq(refunds.refund_id, refund_id));
  return row;
}

/** Those of one payment, the oldest first. */
export function refundsOf(db: Queryable, payment_id: string): Promise<RefundRow[]> {
  return db.select().from(refunds).where(eq(refunds.payment_id, payment_id)).orderBy(asc(refunds.refund_id));
}

/** The transfer by which what was set aside for a refund has gone to the payer. */
export async function postOf(db: Queryable, pending_id: string): Promise<string> {
  const [row] = await db
    .select({ transfer_id: transfers.transfer_id })
    .from(transfers)
    .where(and(eq(transfers.pending_id, pending_id), eq(transfers.kind, 'post')));
  if (row === undefined) throw new Error('a refund was made whose transfer is not posted');
  return row.transfer_id;
}

export async function claimRefunds(db: Db, now: Date, until: Date, limit: number): Promise<RefundRow[]> {
  const due = db
    .select({ refund_id: refunds.refund_id })
    .from(refunds)
    .where(lte(refunds.due_at, now))
    .orderBy(asc(refunds.due_at))
    .limit(limit)
    .for('update', { skipLocked: true });
  return db
    .update(refunds)
    .set({ due_at: until, version: sql`${refunds.version} + 1` })
    .where(inArray(refunds.refund_id, due))
    .returning();
}
