import { KeyTaken, type Permit } from '@florin/chassis';
import { fault } from '@florin/faults';
import { sql } from 'drizzle-orm';
import type { Tx } from './database.js';
import { idempotency_keys, unscreened_spending } from './money-guard.js';

interface Total {
  amount_minor: bigint;
  currency: string;
}

/**
 * Writes what a permit demands, in the transaction of the effect: the key, and what moves unscreened. Call it first: of two
 * transactions with one key the later waits here for the earlier, and has changed nothing yet.
 *
 * @param made the id of what the call makes, and the total that the plan said
 * @throws KeyTaken; Fault SCREENING_UNAVAILABLE where the day's allowance does not suffice
 */
export async function usePermit(
  tx: Tx,
  permit: Permit,
  made: { object_id: string; total: Total },
  now: Date,
): Promise<void> {
  const { user_id, operation, idempotency_key, input_hash, unscreened } = permit;
  const { object_id, total } = made;
  const taken = await tx
    .insert(idempotency_keys)
    .values({ user_id, operation, idempotency_key, input_hash, object_id, created_at: now })
    .onConflictDoNothing()
    .returning({ object_id: idempotency_keys.object_id });
  if (taken.length === 0) throw new KeyTaken();
  if (unscreened !== undefined) await countUnscreened(tx, { user_id, total, ...unscreened }, now);
}

async function countUnscreened(
  tx: Tx,
  { user_id, total, allowance_minor }: { user_id: string; total: Total; allowance_minor: bigint },
  now: Date,
): Promise<void> {
  const { currency, amount_minor } = total;
  const spent = sql`${unscreened_spending.spent_minor} + ${amount_minor}`;
  const counted =
    amount_minor > allowance_minor
      ? []
      : await tx
          .insert(unscreened_spending)
          .values({ user_id, day: now.toISOString().slice(0, 10), currency, spent_minor: amount_minor })
          .onConflictDoUpdate({
            target: [unscreened_spending.user_id, unscreened_spending.day, unscreened_spending.currency],
            set: { spent_minor: spent },
            setWhere: sql`${spent} <= ${allowance_minor}`,
          })
          .returning({ spent_minor: unscreened_spending.spent_minor });
  if (counted.length === 0) throw allowanceSpent();
}

function allowanceSpent() {
  return fault(
    'SCREENING_UNAVAILABLE',
    'Fraud screening is not possible right now, and what may move without it today has been used. Nothing has happened: ' +
      'try again in a few minutes, with the same key.',
  );
}
