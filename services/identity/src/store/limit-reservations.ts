import { type Fault, fault } from '@florin/faults';
import { type Db, type Queryable, type Tx, transaction } from '@florin/postgres';
import { and, eq, inArray, lt, sql, sum } from 'drizzle-orm';
import { dayOf, judgeSpending, type LimitVerdict, type SpendingLimits } from '../domain/limits.js';
import { agents, approvals, limit_reservations } from './schema-agents.js';

export interface Spending {
  agent_id: string;
  operation_id: string;
  amount_minor: bigint;
  currency: string;
  /** Consumed by this operation: the person has allowed what exceeds the limits. */
  approval_id?: string | undefined;
}

export interface Reservation {
  verdict: LimitVerdict;
  limits: SpendingLimits;
  /** What the agent had taken of today before. */
  spent_minor: bigint;
}

/**
 * Takes an amount of what an agent may spend today, under the lock of its row: whoever else spends for it waits, and
 * counts this in. The same operation again takes nothing more, but holds it as well.
 *
 * @throws Fault NOT_FOUND for an agent that the person does not have, IDEMPOTENCY_KEY_REUSED, APPROVAL_MISMATCH
 */
export function reserveSpending(
  db: Db,
  user_id: string,
  spending: Spending,
  now: Date,
): Promise<Reservation> {
  return transaction(db, async (tx) => {
    const limits = await lockAgent(tx, user_id, spending.agent_id);
    const day = dayOf(now);
    const earlier = await findReservation(tx, spending.operation_id);
    if (earlier !== undefined && !isOf(earlier, user_id, spending)) throw reused();
    const spent_minor = await spentOn(tx, spending, day);
    if (earlier !== undefined && holds(earlier, day)) {
      if (!isSame(earlier, spending)) throw reused();
      if (earlier.state === 'reserved') await addAttempt(tx, spending.operation_id);
      return { verdict: 'within', limits, spent_minor };
    }
    const isApproved = spending.approval_id !== undefined;
    if (isApproved) await requireConsumed(tx, user_id, spending);
    const verdict = isApproved ? 'within' : judgeSpending(limits, spent_minor, spending);
    if (verdict === 'within') await putReservation(tx, user_id, spending, { day, now });
    return { verdict, limits, spent_minor };
  });
}

/**
 * What the person lets an agent spend, and what it has taken of today.
 * @throws Fault NOT_FOUND for an agent that the person does not have
 */
export async function lookAtSpending(
  db: Db,
  user_id: string,
  agent_id: string,
  now: Date,
): Promise<Omit<Reservation, 'verdict'>> {
  const [limits] = await limitsOf(db, user_id, agent_id);
  if (limits === undefined) throw noSuchAgent();
  const { currency } = limits;
  const spent_minor = currency === null ? 0n : await spentOn(db, { agent_id, currency }, dayOf(now));
  return { limits, spent_minor };
}

function limitsOf(db: Queryable, user_id: string, agent_id: string) {
  return db
    .select({
      currency: agents.currency,
      per_transaction_minor: agents.per_transaction_minor,
      per_day_minor: agents.per_day_minor,
    })
    .from(agents)
    .where(and(eq(agents.user_id, user_id), eq(agents.agent_id, agent_id)))
    .$dynamic();
}

function noSuchAgent(): Fault {
  return fault('NOT_FOUND', 'The person has no such agent.');
}

async function lockAgent(tx: Tx, user_id: string, agent_id: string): Promise<SpendingLimits> {
  const [agent] = await limitsOf(tx, user_id, agent_id).for('no key update');
  if (agent === undefined) throw noSuchAgent();
  return agent;
}

/** By the operation alone: an id that somebody else's operation has is no free one. */
async function findReservation(tx: Tx, operation_id: string) {
  const [found] = await tx
    .select()
    .from(limit_reservations)
    .where(eq(limit_reservations.operation_id, operation_id))
    // Nobody gives it back between this look and what follows from it.
    .for('update');
  return found;
}

async function addAttempt(tx: Tx, operation_id: string): Promise<void> {
  await tx
    .update(limit_reservations)
    .set({ attempts: sql`${limit_reservations.attempts} + 1` })
    .where(eq(limit_reservations.operation_id, operation_id));
}

type Row = typeof limit_reservations.$inferSelect;

function isOf(row: Row, user_id: string, { agent_id }: Spending): boolean {
  return row.user_id === user_id && row.agent_id === agent_id;
}

function isSame(row: Row, { amount_minor, currency }: Spending): boolean {
  return row.amount_minor === amount_minor && row.currency === currency;
}

/**
 * Whether a reservation stands. One that was left open on an earlier day took nothing of today: an operation that goes on
 * after midnight is counted when it does.
 */
function holds({ state, day }: Row, today: string): boolean {
  return state === 'committed' || (state === 'reserved' && day === today);
}

function reused(): Fault {
  return fault('IDEMPOTENCY_KEY_REUSED', 'This operation_id belongs to an operation with other values.');
}

async function spentOn(
  db: Queryable,
  { agent_id, currency }: Pick<Spending, 'agent_id' | 'currency'>,
  day: string,
): Promise<bigint> {
  const [row] = await db
    .select({ spent: sum(limit_reservations.amount_minor) })
    .from(limit_reservations)
    .where(
      and(
        eq(limit_reservations.agent_id, agent_id),
        eq(limit_reservations.day, day),
        eq(limit_reservations.currency, currency),
        inArray(limit_reservations.state, ['reserved', 'committed']),
      ),
    );
  return BigInt(row?.spent ?? 0);
}

async function requireConsumed(
  tx: Tx,
  user_id: string,
  { approval_id, operation_id }: Spending,
): Promise<void> {
  const found = await tx
    .select({ approval_id: approvals.approval_id })
    .from(approvals)
    .where(
      and(
        eq(approvals.user_id, user_id),
        eq(approvals.approval_id, approval_id ?? ''),
        eq(approvals.consumed_by, operation_id),
      ),
    );
  if (found.length === 0) {
    throw fault('APPROVAL_MISMATCH', 'This operation has consumed no such approval. Consume it first.');
  }
}

async function putReservation(
  tx: Tx,
  user_id: string,
  { agent_id, operation_id, amount_minor, currency }: Spending,
  { day, now }: { day: string; now: Date },
): Promise<void> {
  const fresh = { amount_minor, currency, day, state: 'reserved' as const, updated_at: now };
  const put = await tx
    .insert(limit_reservations)
    .values({ operation_id, agent_id, user_id, created_at: now, ...fresh })
    .onConflictDoUpdate({
      target: limit_reservations.operation_id,
      // An attempt of an earlier day may be under way still.
      set: {
        ...fresh,
        attempts: sql`case ${limit_reservations.state} when 'reserved' then ${limit_reservations.attempts} + 1 else 1 end`,
      },
      // Another agent's lock does not hold this one's rows: whatever it wrote meanwhile under the id stays as it is.
      setWhere: eq(limit_reservations.agent_id, agent_id),
    })
    .returning({ operation_id: limit_reservations.operation_id });
  if (put.length === 0) throw reused();
}

/**
 * Says that an operation took effect, which is the last word: whoever else tries it, or has given it back, it is spent.
 *
 * @throws Fault NOT_FOUND where it has reserved nothing
 */
export async function commitSpending(
  db: Db,
  user_id: string,
  operation_id: string,
  now: Date,
): Promise<void> {
  const committed = await db
    .update(limit_reservations)
    .set({ state: 'committed', updated_at: now })
    .where(isOperation(user_id, operation_id))
    .returning({ operation_id: limit_reservations.operation_id });
  if (committed.length === 0) throw reservedNothing();
}

/**
 * Says that an attempt at an operation has come to nothing. What others hold as well stays taken: else an agent could spend
 * again what they go on to spend.
 *
 * @throws Fault NOT_FOUND where it has reserved nothing
 */
export async function releaseSpending(
  db: Db,
  user_id: string,
  operation_id: string,
  now: Date,
): Promise<void> {
  const { state, attempts } = limit_reservations;
  const found = await db
    .update(limit_reservations)
    .set({
      state: sql`case when ${state} = 'reserved' and ${attempts} = 1 then 'released' else ${state} end`,
      attempts: sql`greatest(${attempts} - 1, 0)`,
      updated_at: now,
    })
    .where(isOperation(user_id, operation_id))
    .returning({ operation_id: limit_reservations.operation_id });
  if (found.length === 0) throw reservedNothing();
}

function isOperation(user_id: string, operation_id: string) {
  return and(eq(limit_reservations.user_id, user_id), eq(limit_reservations.operation_id, operation_id));
}

function reservedNothing(): Fault {
  return fault('NOT_FOUND', 'This operation has reserved nothing.');
}

/** Removes what counts against no day any more, whatever became of it: what was left open has cost its own day only. */
export async function pruneReservations(db: Queryable, before: Date): Promise<void> {
  await db.delete(limit_reservations).where(lt(limit_reservations.day, dayOf(before)));
}
