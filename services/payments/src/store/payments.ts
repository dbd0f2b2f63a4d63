import type { Db, Queryable } from '@florin/postgres';
import { and, asc, desc, eq, gte, inArray, lt, lte, ne, or, sql } from 'drizzle-orm';
import type { Status } from '../domain/payment/status.js';
import type { PaymentRow } from '../ledger/unit.js';
import { payments } from './schema.js';

/** Whose it is stands in the row: for workers and for who checks that himself. */
export async function loadPayment(db: Queryable, payment_id: string): Promise<PaymentRow | undefined> {
  const [row] = await db.select().from(payments).where(eq(payments.payment_id, payment_id));
  return row;
}

/** A payment that the person makes or gets. */
export async function findPayment(
  user_id: string,
  db: Queryable,
  payment_id: string,
): Promise<PaymentRow | undefined> {
  const row = await loadPayment(db, payment_id);
  return row !== undefined && isParty(user_id, row) ? row : undefined;
}

/** A payee learns of a payment once the money is theirs, and not of what came to nothing. */
export function isParty(user_id: string, row: PaymentRow): boolean {
  return row.user_id === user_id || (row.payee_user_id === user_id && paidStatuses.includes(row.status));
}

const paidStatuses: Status[] = ['succeeded', 'partially_refunded', 'refunded'];

export interface PaymentFilters {
  status?: Status | undefined;
  direction?: 'in' | 'out' | undefined;
  /** Included. */
  from?: Date | undefined;
  /** Not included. */
  until?: Date | undefined;
}

/** What the person has paid and was paid, the newest first. */
export async function listPayments(
  user_id: string,
  db: Queryable,
  { status, direction, from, until }: PaymentFilters,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<PaymentRow[]> {
  const out = eq(payments.user_id, user_id);
  const received = and(
    eq(payments.payee_user_id, user_id),
    ne(payments.user_id, user_id),
    inArray(payments.status, paidStatuses),
  );
  return db
    .select()
    .from(payments)
    .where(
      and(
        direction === 'out' ? out : direction === 'in' ? received : or(out, received),
        status && eq(payments.status, status),
        from && gte(payments.created_at, from),
        until && lt(payments.created_at, until),
        after === undefined ? undefined : lt(payments.payment_id, after),
      ),
    )
    .orderBy(desc(payments.payment_id))
    .limit(limit);
}

/** Takes those that are due, the longest due first, and puts them off: who dies over one is overtaken by the next. */
export async function claimPayments(db: Db, now: Date, until: Date, limit: number): Promise<PaymentRow[]> {
  const due = db
    .select({ payment_id: payments.payment_id })
    .from(payments)
    .where(lte(payments.due_at, now))
    .orderBy(asc(payments.due_at))
    .limit(limit)
    .for('update', { skipLocked: true });
  return db
    .update(payments)
    .set({ due_at: until, version: sql`${payments.version} + 1` })
    .where(inArray(payments.payment_id, due))
    .returning();
}
