import type { Clock, Logger } from '@florin/chassis';
import { asFault } from '@florin/faults';
import { backoff } from './backoff.js';
import type { Db } from './database.js';
import { claimErasures, type Erasure, updateErasure } from './erasures.js';
import { type Rounds, startRounds } from './rounds.js';

const AT_ONCE = 4;
const POLL_MS = 1_000;
/** Longer than providers take to end what a person has with them, retries included. */
const CLAIM_MS = 5 * 60_000;
/**
 * A call of the person's that was under way when they left may write for as long as its token would have been good. So
 * everything is erased once more when none can be any more.
 */
const LAST_CALL_MS = 10 * 60_000;
const RETRY = { base_ms: 2_000, max_ms: 15 * 60_000 };

interface ErasureOptions {
  db: Db;
  /**
   * Erases what the service has of a person, at its providers first. It may be called at any time again, and goes on where
   * it was interrupted.
   */
  erase(user_id: string, now: Date): Promise<void>;
  now: Clock;
  logger: Logger;
}

/**
 * Erases those who are due. Who that is stands in the database, so neither a restart nor a provider that is away makes
 * anybody forgotten, and several processes share the work.
 */
export function startErasureWorker(options: ErasureOptions): Pick<Rounds, 'stop'> {
  const { db, now, logger } = options;
  return startRounds({
    async round() {
      const at = now();
      const due = await claimErasures(db, at, new Date(at.getTime() + CLAIM_MS), AT_ONCE);
      await Promise.all(due.map((erasure) => work(options, erasure)));
      return due.length === AT_ONCE;
    },
    poll_ms: POLL_MS,
    logger,
    waiting: 'erasures wait',
  });
}

async function work(
  { db, erase, now, logger }: ErasureOptions,
  { user_id, requested_at, erased_at, attempts }: Erasure,
): Promise<void> {
  const at = now();
  const after = (ms: number) => new Date(at.getTime() + ms);
  try {
    await erase(user_id, at);
  } catch (error) {
    logger.warn({ user_id, attempts, reason: asFault(error).reason }, 'a person could not be erased yet');
    await updateErasure(user_id, db, { due_at: after(backoff(attempts, RETRY)) });
    return;
  }
  const last_call_ms = requested_at.getTime() + LAST_CALL_MS;
  await updateErasure(user_id, db, {
    due_at: at.getTime() < last_call_ms ? new Date(last_call_ms) : null,
    attempts: 0,
    erased_at: erased_at ?? at,
  });
}
