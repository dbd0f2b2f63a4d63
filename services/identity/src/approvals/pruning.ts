import type { Clock, Logger } from '@florin/chassis';
import type { Db } from '@florin/postgres';
import { pruneApprovals } from '../store/approvals.js';

const EVERY_MS = 60 * 60_000;
const DAY_MS = 24 * 3_600_000;
/** Who consumed an approval may ask again for so long. */
const KEEP_USED_MS = 90 * DAY_MS;

/** Removes approvals that decide nothing any more: what they show names payees, and is nobody's business later. */
export function startPruning({ db, logger, now }: { db: Db; logger: Logger; now: Clock }): { stop(): void } {
  const ago = (ms: number) => new Date(now().getTime() - ms);
  const timer = setInterval(() => {
    pruneApprovals(db, { unused_before: ago(DAY_MS), used_before: ago(KEEP_USED_MS) }).catch(
      (error: unknown) => logger.warn({ err: error }, 'old approvals were not removed'),
    );
  }, EVERY_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
