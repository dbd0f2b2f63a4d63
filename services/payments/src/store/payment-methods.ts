import { type Fault, fault } from '@florin/faults';
import type { Queryable, Tx } from '@florin/postgres';
import { and, asc, eq, gt, ne, type SQL, sql } from 'drizzle-orm';
import { isExpired } from '../domain/method/expiry.js';
import { payment_methods } from './schema.js';

export type MethodRow = typeof payment_methods.$inferSelect;
export type NewMethod = typeof payment_methods.$inferInsert;

const isActive = eq(payment_methods.status, 'active');

async function findOwn(user_id: string, db: Queryable, condition: SQL | undefined) {
  const own = eq(payment_methods.user_id, user_id);
  const [row] = await db.select().from(payment_methods).where(and(own, condition));
  return row;
}

export function findMethod(
  user_id: string,
  db: Queryable,
  payment_method_id: string,
): Promise<MethodRow | undefined> {
  return findOwn(user_id, db, eq(payment_methods.payment_method_id, payment_method_id));
}

export function findDefaultMethod(user_id: string, db: Queryable): Promise<MethodRow | undefined> {
  return findOwn(user_id, db, and(isActive, eq(payment_methods.is_default, true)));
}

/** One answer for somebody else's method and for one that never was. */
export function noSuchMethod(): Fault {
  return fault(
    'NOT_FOUND',
    'You have no such payment method. Call list_payment_methods to see those you have.',
  );
}

/**
 * A method that can be paid with.
 * @throws Fault NOT_FOUND, METHOD_EXPIRED
 */
export async function requireMethod(
  user_id: string,
  db: Queryable,
  payment_method_id: string,
  now: Date,
): Promise<MethodRow> {
  const row = await findMethod(user_id, db, payment_method_id);
  if (row === undefined || row.status === 'removed') throw noSuchMethod();
  if (!isExpired(row, now)) return row;
  throw fault(
    'METHOD_EXPIRED',
    `The ${row.brand} card ending in ${row.last4} has expired. Add the new one with create_payment_method_setup.`,
  );
}

/** The linked bank account as a method, once it was paid with. */
export function findLinkedMethod(
  user_id: string,
  db: Queryable,
  account_id: string,
): Promise<MethodRow | undefined> {
  return findOwn(user_id, db, and(isActive, eq(payment_methods.account_id, account_id)));
}

export function findMethodByFingerprint(
  user_id: string,
  db: Queryable,
  fingerprint: string,
): Promise<MethodRow | undefined> {
  return findOwn(user_id, db, and(isActive, eq(payment_methods.fingerprint, fingerprint)));
}

/** Those that were not removed, oldest first. */
export async function listMethods(
  user_id: string,
  db: Queryable,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<MethodRow[]> {
  return db
    .select()
    .from(payment_methods)
    .where(
      and(
        eq(payment_methods.user_id, user_id),
        isActive,
        after === undefined ? undefined : gt(payment_methods.payment_method_id, after),
      ),
    )
    .orderBy(asc(payment_methods.payment_method_id))
    .limit(limit);
}

export async function insertMethod(
  user_id: string,
  tx: Tx,
  method: Omit<NewMethod, 'user_id'>,
): Promise<void> {
  await tx.insert(payment_methods).values({ ...method, user_id });
}

export async function updateMethod(
  user_id: string,
  tx: Tx,
  payment_method_id: string,
  values: Partial<Omit<NewMethod, 'payment_method_id' | 'user_id'>>,
): Promise<void> {
  await tx
    .update(payment_methods)
    .set(values)
    .where(
      and(eq(payment_methods.user_id, user_id), eq(payment_methods.payment_method_id, payment_method_id)),
    );
}

/** Everything that changes a person's methods begins here: of two at once, one waits. */
export async function lockMethods(user_id: string, tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`methods:${user_id}`}, 0))`);
}

/** Makes one the default, and no other. */
export async function makeDefault(user_id: string, tx: Tx, payment_method_id: string): Promise<void> {
  const own = eq(payment_methods.user_id, user_id);
  const other = ne(payment_methods.payment_method_id, payment_method_id);
  await tx
    .update(payment_methods)
    .set({ is_default: false })
    .where(and(own, other, eq(payment_methods.is_default, true)));
  await updateMethod(user_id, tx, payment_method_id, { is_default: true });
}
