import type { Clock, Logger } from '@florin/chassis';
import type { Db } from '@florin/postgres';
import { pruneReservations } from '../store/limit-reservations.js';

const EVERY_MS = 60 * 60_000;
/** A repeated call finds what its operation has reserved for so long; keys of payments outlive that, and are looked up first. */
const KEEP_MS = 8 * 24 * 3_600_000;

/** Removes reservations of days that are long over. */
export function startPruning({ db, logger, now }: { db: Db; logger: Logger; now: Clock }): { stop(): void } {
  const timer = setInterval(() => {
    pruneReservations(db, new Date(now().getTime() - KEEP_MS)).catch((error: unknown) =>
      logger.warn({ err: error }, 'old reservations were not removed'),
    );
  }, EVERY_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
