import type { Clock, Logger } from '@florin/chassis';
import { asFault } from '@florin/faults';
import { createPause } from '@florin/postgres';
import type { BankingDeps } from '../deps.js';
import { retryDelayMs } from '../domain/backoff.js';
import { claimErasures, type Erasure, updateErasure } from '../store/erasures.js';
import { erasePerson } from './erase-person.js';

const AT_ONCE = 4;
const POLL_MS = 1_000;
/** While the database is away. */
const FAILED_PAUSE_MS = 2_000;
/** Longer than the provider takes to end a person's links, its retries included. */
const CLAIM_MS = 5 * 60_000;
/**
 * A call of the person's that was under way when they left may write for as long as its token would have been good. So
 * everything is erased once more when none can be any more.
 */
const LAST_CALL_MS = 10 * 60_000;

type ErasureDeps = Pick<BankingDeps, 'db' | 'bank' | 'secrets'>;

export interface ErasureWorker {
  stop(): Promise<void>;
}

/**
 * Erases those who are due. Who that is stands in the database, so neither a restart nor a provider that is away makes
 * anybody forgotten, and several processes share the work.
 */
export function startErasureWorker(
  deps: ErasureDeps,
  { now, logger }: { now: Clock; logger: Logger },
): ErasureWorker {
  const pause = createPause();
  let stopping = false;

  async function round(): Promise<boolean> {
    const at = now();
    const due = await claimErasures(deps.db, at, new Date(at.getTime() + CLAIM_MS), AT_ONCE);
    await Promise.all(due.map((erasure) => work(deps, erasure, { now, logger })));
    return due.length === AT_ONCE;
  }

  async function run(): Promise<void> {
    while (!stopping) {
      try {
        const isMoreLikely = await round();
        if (!isMoreLikely) await pause.for(POLL_MS);
      } catch (error) {
        logger.warn({ err: error }, 'erasures wait for the database');
        await pause.for(FAILED_PAUSE_MS);
      }
    }
  }

  const running = run();
  return {
    async stop() {
      stopping = true;
      pause.end();
      await running;
    },
  };
}

async function work(
  deps: ErasureDeps,
  { user_id, requested_at, erased_at, attempts }: Erasure,
  { now, logger }: { now: Clock; logger: Logger },
): Promise<void> {
  const at = now();
  const after = (ms: number) => new Date(at.getTime() + ms);
  try {
    await erasePerson(deps, user_id, at);
  } catch (error) {
    logger.warn({ user_id, attempts, reason: asFault(error).reason }, 'a person could not be erased yet');
    await updateErasure(user_id, deps.db, { due_at: after(retryDelayMs(attempts, Math.random())) });
    return;
  }
  const last_call_ms = requested_at.getTime() + LAST_CALL_MS;
  await updateErasure(user_id, deps.db, {
    due_at: at.getTime() < last_call_ms ? new Date(last_call_ms) : null,
    attempts: 0,
    erased_at: erased_at ?? at,
  });
}
