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

/** Longer than a session may idle in a transaction, after which the server has ended one whose client is gone. */
const OUTCOME_TIMEOUT_MS = 20_000;
const ASK_AGAIN_MS = 100;

export interface CommitContext {
  readonly sql: RawSql;
  readonly house: HouseAccounts;
  readonly logger: Logger;
}

/**
 * Decides the units in their order and commits those that are accepted, in one transaction.
 * @returns an outcome for each
 * @throws what the database threw: then none is committed. Fault UNAVAILABLE with `details.outcome` `unknown` where the
 *   connection was lost and nobody could be asked: then all are, or none.
 */
export async function commitBatch(
  { sql, house, logger }: CommitContext,
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
    const committed = await wasCommitted(sql, decided.xid);
    logger.warn({ err: error, committed, units: units.length }, 'the connection was lost under a batch');
    if (committed) return decided.outcomes;
    throw error;
  }
}

/**
 * Whether a transaction whose end nobody told us was committed: Postgres keeps that of each, by its id.
 * (postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT) Waits while it is still running.
 */
async function wasCommitted(sql: RawSql, xid: string): Promise<boolean> {
  let cause: unknown;
  for (let waited_ms = 0; waited_ms < OUTCOME_TIMEOUT_MS; waited_ms += ASK_AGAIN_MS) {
    try {
      const [row] = await sql<
        { status: string | null }[]
      >`select pg_xact_status(${xid}::text::xid8) as status`;
      if (row?.status === 'committed') return true;
      if (row?.status === 'aborted') return false;
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
