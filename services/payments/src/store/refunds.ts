import type { Db, Queryable } from '@florin/postgres';
import { asc, eq, inArray, lte, sql } from 'drizzle-orm';
import type { RefundRow } from '../ledger/unit.js';
import { refunds } from './schema.js';

/** Whose it is stands in the row: for workers and for who checks that himself. */
export async function loadRefund(db: Queryable, refund_id: string): Promise<RefundRow | undefined> {
  const [row] = await db.select().from(refunds).where(eq(refunds.refund_id, refund_id));
  return row;
}

/** Those of one payment, the oldest first. */
export function refundsOf(db: Queryable, payment_id: string): Promise<RefundRow[]> {
  return db.select().from(refunds).where(eq(refunds.payment_id, payment_id)).orderBy(asc(refunds.refund_id));
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
