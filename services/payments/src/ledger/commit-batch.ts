import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@florin/chassis';
import { fault } from '@florin/faults';
import { databaseFault, type RawSql } from '@florin/postgres';
import { decideUnit, noWrites } from './decide-unit.js';
import type { HouseAccounts } from './house-accounts.js';
import { bindCommands, type PreparedUnit } from './prepare-unit.js';
import { type BoundUnit, readBatch } from './read-batch.js';
import type { UnitOutcome } from './unit.js';
import { writeBatch } from './write-batch.js';

const ASK_AGAIN_MS = 100;

export interface CommitContext {
  readonly sql: RawSql;
  readonly house: HouseAccounts;
  readonly logger: Logger;
  /** How long the outcome of a transaction is asked for whose connection was lost. */
  readonly outcome_timeout_ms: number;
}

/**
 * Decides the units in their order and commits those that are accepted, in one transaction.
 * @returns an outcome for each
 * @throws what the database threw: then none is committed. Fault UNAVAILABLE with `details.outcome` `unknown` where the
 *   connection was lost and nobody could be asked: then all are, or none.
 */
export async function commitBatch(
  { sql, house, logger, outcome_timeout_ms }: CommitContext,
  units: readonly PreparedUnit[],
  stripe: number,
): Promise<UnitOutcome[]> {
  const bound = await Promise.all(
    units.map(
      async (unit): Promise<BoundUnit> => ({ unit, commands: await bindCommands(unit, house, stripe) }),
    ),
  );
  let decided: { xid: string; outcomes: UnitOutcome[] } | undefined;
  try {
    return await sql.begin(async (tx) => {
      const state = await readBatch(tx, bound);
      const writes = noWrites();
      const outcomes = bound.map((unit): UnitOutcome => {
        const refusal = decideUnit(state, writes, unit);
        return refusal === undefined ? { committed: true } : { committed: false, refusal };
      });
      decided = { xid: state.xid, outcomes };
      await writeBatch(tx, writes);
      return outcomes;
    });
  } catch (error) {
    if (decided === undefined || databaseFault(error)?.reason !== 'UNAVAILABLE') throw error;
    // From the first write on, the commit may have been on its way.
    const committed = await wasCommitted(sql, decided.xid, outcome_timeout_ms);
    logger.warn({ err: error, committed, units: units.length }, 'the connection was lost under a batch');
    if (committed) return decided.outcomes;
    throw error;
  }
}

/**
 * Whether a transaction whose end nobody told us was committed: Postgres keeps that of each, by its id.
 * (postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT) Waits while it is still running.
 */
async function wasCommitted(sql: RawSql, xid: string, timeout_ms: number): Promise<boolean> {
  let cause: unknown;
  let isLate = false;
  const late = sleep(timeout_ms, undefined, { ref: false }).then(() => {
    isLate = true;
  });
  while (!isLate) {
    try {
      // The driver may try to connect for ever.
      const rows = await Promise.race([
        sql<{ status: string | null }[]>`select pg_xact_status(${xid}::text::xid8) as status`,
        late,
      ]);
      const status = rows?.[0]?.status;
      if (status === 'committed') return true;
      if (status === 'aborted') return false;
    } catch (error) {
      cause = error;
    }
    await sleep(ASK_AGAIN_MS);
  }
  throw fault(
    'UNAVAILABLE',
    'It is not known whether this was done. Repeat the same call with the same idempotency_key to find out.',
    { details: { outcome: 'unknown' }, cause },
  );
}
