import { newId } from '@florin/chassis';
import type { Db, Queryable, Tx } from '@florin/postgres';
import { and, asc, eq, gt, gte, inArray, isNull, lt, ne, or, sql } from 'drizzle-orm';
import { isPaid, isUnderway, type Status } from '../domain/payment/status.js';
import type { BookedPayment, BookedRefund } from '../domain/reconciliation/compare.js';
import { discrepancies, payments, reconciliations, refunds } from './schema.js';

export type Discrepancy = typeof discrepancies.$inferSelect;

export interface Finding {
  kind: string;
  subject: string;
  expected: string;
  found: string;
}

/** A dead process loses its run by that. */
const RUN_MS = 3_600_000;

/**
 * @returns whether the day is ours to reconcile: nobody is doing it now, nor has done it since it was over. Somebody may have
 *   asked for it before.
 */
export async function claimDay(db: Db, day: string, now: Date): Promise<boolean> {
  const rows = await db
    .insert(reconciliations)
    .values({ day, started_at: now })
    .onConflictDoUpdate({
      target: reconciliations.day,
      set: { started_at: now, finished_at: null },
      setWhere: sql`(${reconciliations.finished_at} is null
          and ${reconciliations.started_at} < ${new Date(now.getTime() - RUN_MS).toISOString()}::timestamptz)
        or ${reconciliations.finished_at} < (${reconciliations.day} + 1)::timestamp at time zone 'UTC'`,
    })
    .returning({ day: reconciliations.day });
  return rows.length > 0;
}

/** Begins a day again that was done before, because somebody asks for it. */
export async function reopenDay(db: Db, day: string, now: Date): Promise<void> {
  await db
    .insert(reconciliations)
    .values({ day, started_at: now })
    .onConflictDoUpdate({ target: reconciliations.day, set: { started_at: now, finished_at: null } });
}

export async function finishDay(
  db: Db,
  day: string,
  result: { compared: number; opened: number },
  now: Date,
): Promise<void> {
  await db
    .update(reconciliations)
    .set({ ...result, finished_at: now })
    .where(eq(reconciliations.day, day));
}

/** A payment as it was booked at one moment, and when it last changed. */
export interface Booked extends BookedPayment {
  readonly updated_at: Date;
}

/** A refund that the provider was asked for, or was to be. */
export interface BookedRefundRow extends BookedRefund {
  /** re_…, once it is known. */
  readonly provider_id: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** Payments through the provider that began in the time given, in the order of their ids. */
export function bookedBetween(
  db: Db,
  { from, until, after, limit }: { from: Date; until: Date; after?: string | undefined; limit: number },
): Promise<Booked[]> {
  const range = and(
    ne(payments.kind, 'transfer'),
    gte(payments.created_at, from),
    lt(payments.created_at, until),
    after === undefined ? undefined : gt(payments.payment_id, after),
  );
  return atOneMoment(db, async (tx) => {
    const rows = await tx.select().from(payments).where(range).orderBy(asc(payments.payment_id)).limit(limit);
    return book(tx, rows);
  });
}

/** The payments that lines of the provider's name, by our id or by the provider's. */
export function bookedOf(
  db: Db,
  payment_ids: readonly string[],
  provider_ids: readonly string[],
): Promise<Booked[]> {
  const named = or(
    inArray(payments.payment_id, [...payment_ids]),
    inArray(payments.provider_id, [...provider_ids]),
  );
  return atOneMoment(db, async (tx) => book(tx, await tx.select().from(payments).where(named)));
}

interface RefundRange {
  /** Nothing has changed of older ones. */
  from: Date;
  until: Date;
  after?: string | undefined;
  limit: number;
}

/** Refunds through the provider that had begun by `until` and have changed since `from`, in the order of their ids. */
export function refundsBetween(
  db: Db,
  { from, until, after, limit }: RefundRange,
): Promise<BookedRefundRow[]> {
  return bookedRefunds(db)
    .where(
      and(
        ne(payments.kind, 'transfer'),
        gte(refunds.updated_at, from),
        lt(refunds.created_at, until),
        after === undefined ? undefined : gt(refunds.refund_id, after),
      ),
    )
    .orderBy(asc(refunds.refund_id))
    .limit(limit);
}

export function refundsNamed(db: Db, refund_ids: readonly string[]): Promise<BookedRefundRow[]> {
  return bookedRefunds(db).where(inArray(refunds.refund_id, [...refund_ids]));
}

function bookedRefunds(db: Db) {
  const { refund_id, amount_minor, status, provider_id, created_at, updated_at } = refunds;
  return db
    .select({ refund_id, amount_minor, status, provider_id, created_at, updated_at })
    .from(refunds)
    .innerJoin(payments, eq(payments.payment_id, refunds.payment_id))
    .$dynamic();
}

/** Payments go on while they are read: what is compared with each other is of one snapshot. */
function atOneMoment<T>(db: Db, read: (tx: Tx) => Promise<T>): Promise<T> {
  return db.transaction(read, { isolationLevel: 'repeatable read', accessMode: 'read only' });
}

async function book(tx: Tx, rows: readonly (typeof payments.$inferSelect)[]): Promise<Booked[]> {
  const ids = rows.map(({ payment_id }) => payment_id);
  if (ids.length === 0) return [];
  const given = await tx.select().from(refunds).where(inArray(refunds.payment_id, ids));
  const cleared = await clearedBy(tx, [...ids, ...given.map(({ refund_id }) => refund_id)]);
  return rows.flatMap((row) => {
    const { payment_id, kind, amount_minor, fee_minor, returned_minor, provider_fee_minor } = row;
    if (kind === 'transfer') return [];
    const own = given.filter((refund) => refund.payment_id === payment_id);
    const references = [payment_id, ...own.map(({ refund_id }) => refund_id)];
    return {
      payment_id,
      kind,
      outcome: outcomeOf(row.status),
      asked_minor: kind === 'withdrawal' ? amount_minor : amount_minor + fee_minor,
      returned_minor,
      provider_fee_minor,
      refunds: own.map(({ refund_id, amount_minor: minor, status }): BookedRefund => {
        return { refund_id, amount_minor: minor, status };
      }),
      clearing_minor: references.reduce((sum, reference) => sum + (cleared.get(reference) ?? 0n), 0n),
      provider_id: row.provider_id,
      updated_at: row.updated_at,
    };
  });
}

function outcomeOf(status: Status): BookedPayment['outcome'] {
  if (isPaid(status)) return 'paid';
  return isUnderway(status) ? 'open' : 'unpaid';
}

/** What has gone into the provider's clearing account, by reference; what has come out of it is negative. */
async function clearedBy(tx: Tx, references: readonly string[]): Promise<Map<string, bigint>> {
  const rows = await tx.execute<{ reference: string; minor: string }>(sql`
    with clearing as (select account_id from accounts where purpose = 'clearing:stripe')
    select reference, sum(case
      when debit_account_id in (select account_id from clearing) then amount_minor
      when credit_account_id in (select account_id from clearing) then -amount_minor
      else 0 end)::text as minor
    from transfers
    where reference in ${references} and kind in ('single', 'post', 'reversal')
    group by reference`);
  return new Map(rows.map(({ reference, minor }) => [reference, BigInt(minor)]));
}

/**
 * Opens what was found and is not open yet, and resolves what was open and was now seen to agree. What was not looked at
 * stays as it is.
 * @returns how many were opened
 */
export async function saveFindings(
  db: Db,
  day: string,
  { found, agreed }: { found: readonly Finding[]; agreed: readonly Pick<Finding, 'kind' | 'subject'>[] },
  now: Date,
): Promise<number> {
  return db.transaction(async (tx) => {
    let opened = 0;
    for (const { kind, subject, expected, ...is } of found) {
      const rows = await tx
        .insert(discrepancies)
        .values({
          discrepancy_id: newId('dis'),
          kind,
          subject,
          expected,
          ...is,
          details: { day },
          opened_at: now,
        })
        .onConflictDoNothing()
        .returning({ discrepancy_id: discrepancies.discrepancy_id });
      opened += rows.length;
    }
    for (const { kind, subject } of agreed) {
      await tx
        .update(discrepancies)
        .set({ resolved_at: now })
        .where(
          and(
            eq(discrepancies.kind, kind),
            eq(discrepancies.subject, subject),
            isNull(discrepancies.resolved_at),
          ),
        );
    }
    return opened;
  });
}

/** All that nobody has resolved. */
export function openFindings(db: Queryable): Promise<Pick<Finding, 'kind' | 'subject'>[]> {
  const { kind, subject } = discrepancies;
  return db.select({ kind, subject }).from(discrepancies).where(isNull(discrepancies.resolved_at));
}

const MOST_SHOWN = 1_000;

/** What nobody has resolved, the oldest first. */
export function openDiscrepancies(db: Queryable): Promise<Discrepancy[]> {
  return db
    .select()
    .from(discrepancies)
    .where(isNull(discrepancies.resolved_at))
    .orderBy(asc(discrepancies.opened_at))
    .limit(MOST_SHOWN);
}
