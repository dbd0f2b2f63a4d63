import { newId } from '@florin/chassis';
import { addEvent, type Db, type Queryable, type Tx, transaction } from '@florin/postgres';
import { and, count, desc, eq, gt, isNull, lt, ne, or, type SQL } from 'drizzle-orm';
import { users } from './schema.js';
import { agents, approvals } from './schema-agents.js';

/** What an approval is good for, and nothing else. */
export interface ApprovalBinding {
  client_id: string;
  operation: string;
  arguments_hash: string;
}

interface Pending {
  approval_id: string;
  expires_at: Date;
}

interface NewApproval {
  expires_at: Date;
  max_open: number;
  /** Ciphertext that belongs to the id. */
  summaryFor(approval_id: string): string;
}

/**
 * The approval that waits for this binding already, or a new one.
 * @returns undefined where the person has as many open ones as they may
 */
export function findOrAddApproval(
  db: Db,
  user_id: string,
  binding: ApprovalBinding,
  { expires_at, max_open, summaryFor }: NewApproval,
  now: Date,
): Promise<Pending | undefined> {
  return transaction(db, async (tx) => {
    await lockPerson(tx, user_id);
    const waiting = await findUsable(tx, user_id, binding, now);
    if (waiting !== undefined) return waiting;
    if ((await countOpen(tx, user_id, now)) >= max_open) return undefined;
    const approval_id = newId('apr');
    const summary = summaryFor(approval_id);
    await tx
      .insert(approvals)
      .values({ approval_id, user_id, ...binding, summary, created_at: now, expires_at });
    return { approval_id, expires_at };
  });
}

/** Two calls at once would both find no approval, and both make one. */
async function lockPerson(tx: Tx, user_id: string): Promise<void> {
  await tx
    .select({ user_id: users.user_id })
    .from(users)
    .where(eq(users.user_id, user_id))
    .for('no key update');
}

/** One that can still be granted, or was and has not been used. */
async function findUsable(tx: Tx, user_id: string, binding: ApprovalBinding, now: Date) {
  const [found] = await tx
    .select({ approval_id: approvals.approval_id, expires_at: approvals.expires_at })
    .from(approvals)
    .where(
      and(
        bound(user_id, binding),
        gt(approvals.expires_at, now),
        isNull(approvals.consumed_at),
        or(isNull(approvals.decision), ne(approvals.decision, 'denied')),
      ),
    )
    .orderBy(desc(approvals.created_at))
    .limit(1);
  return found;
}

/** Denied ones count as well, until they expire: an agent that asks again and again is stopped, not answered again and again. */
async function countOpen(tx: Tx, user_id: string, now: Date): Promise<number> {
  const [row] = await tx
    .select({ open: count() })
    .from(approvals)
    .where(and(eq(approvals.user_id, user_id), gt(approvals.expires_at, now), isNull(approvals.consumed_at)));
  return row?.open ?? 0;
}

/**
 * Of those who try at once, the row's lock lets one through.
 * @returns whether this call consumed it
 */
export async function consumeApproval(
  db: Queryable,
  user_id: string,
  approval_id: string,
  binding: ApprovalBinding,
  { operation_id, now }: { operation_id: string; now: Date },
): Promise<boolean> {
  const consumed = await db
    .update(approvals)
    .set({ consumed_at: now, consumed_by: operation_id })
    .where(
      and(
        eq(approvals.approval_id, approval_id),
        bound(user_id, binding),
        eq(approvals.decision, 'granted'),
        gt(approvals.expires_at, now),
        isNull(approvals.consumed_at),
      ),
    )
    .returning({ approval_id: approvals.approval_id });
  return consumed.length === 1;
}

/** @returns undefined for another person's, and for one that was asked for something else */
export async function findBoundApproval(
  db: Queryable,
  user_id: string,
  approval_id: string,
  binding: ApprovalBinding,
) {
  const [found] = await db
    .select({
      approval_id: approvals.approval_id,
      expires_at: approvals.expires_at,
      decision: approvals.decision,
      consumed_by: approvals.consumed_by,
    })
    .from(approvals)
    .where(and(eq(approvals.approval_id, approval_id), bound(user_id, binding)));
  return found;
}

function bound(user_id: string, binding: ApprovalBinding): SQL | undefined {
  return and(
    eq(approvals.user_id, user_id),
    eq(approvals.client_id, binding.client_id),
    eq(approvals.operation, binding.operation),
    eq(approvals.arguments_hash, binding.arguments_hash),
  );
}

/** Of everybody: what has expired unused, and what was used long ago. */
export async function pruneApprovals(
  db: Queryable,
  { unused_before, used_before }: { unused_before: Date; used_before: Date },
): Promise<void> {
  await db
    .delete(approvals)
    .where(
      or(
        lt(approvals.consumed_at, used_before),
        and(isNull(approvals.consumed_at), lt(approvals.expires_at, unused_before)),
      ),
    );
}

/** What the page shows, to its owner alone. */
export async function findApproval(db: Queryable, user_id: string, approval_id: string) {
  const [found] = await db
    .select({
      approval_id: approvals.approval_id,
      operation: approvals.operation,
      summary: approvals.summary,
      expires_at: approvals.expires_at,
      decision: approvals.decision,
      consumed_at: approvals.consumed_at,
      client_id: approvals.client_id,
      client_name: agents.name,
    })
    .from(approvals)
    .leftJoin(agents, and(eq(agents.user_id, approvals.user_id), eq(agents.client_id, approvals.client_id)))
    .where(and(eq(approvals.user_id, user_id), eq(approvals.approval_id, approval_id)));
  return found;
}

/**
 * The person's answer, for good.
 * @returns false where it had been answered before, has expired, or is not the person's
 */
export function decideApproval(
  db: Db,
  user_id: string,
  approval_id: string,
  decision: 'granted' | 'denied',
  now: Date,
): Promise<boolean> {
  return transaction(db, async (tx) => {
    const [decided] = await tx
      .update(approvals)
      .set({ decision, decided_at: now })
      .where(
        and(
          eq(approvals.user_id, user_id),
          eq(approvals.approval_id, approval_id),
          isNull(approvals.decision),
          gt(approvals.expires_at, now),
        ),
      )
      .returning({ operation: approvals.operation });
    if (decided === undefined) return false;
    const data = { user_id, approval_id, operation: decided.operation };
    await addEvent(
      tx,
      { type: `florin.identity.approval.${decision}.v1`, aggregate_id: approval_id, data },
      now,
    );
    return true;
  });
}
