import type { Clock, Logger } from '@florin/chassis';
import type { Db } from '@florin/postgres';
import { pruneMailTokens } from '../store/mail-tokens.js';
import { pruneAttempts } from '../store/sign-in-failures.js';
import { pruneChallenges } from './challenges.js';

const EVERY_MS = 10 * 60_000;
const DAY_MS = 24 * 3_600_000;

/** Removes what decides nothing any more, so that the tables stay as large as the present. */
export function startPruning({ db, logger, now }: { db: Db; logger: Logger; now: Clock }): { stop(): void } {
  const timer = setInterval(() => {
    const before = new Date(now().getTime() - DAY_MS);
    Promise.all([pruneAttempts(db, before), pruneMailTokens(db, before), pruneChallenges(db, now())]).catch(
      (error: unknown) => logger.warn({ err: error }, 'old sign-in records were not removed'),
    );
  }, EVERY_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
