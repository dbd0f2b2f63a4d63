import type { Clock, Logger } from '@florin/chassis';
import type { Db } from '@florin/postgres';
import { pruneChallenges } from './sign-in/challenges.js';
import { pruneApprovals } from './store/approvals.js';
import { pruneReservations } from './store/limit-reservations.js';
import { pruneMailTokens } from './store/mail-tokens.js';
import { pruneAttempts } from './store/sign-in-failures.js';

const EVERY_MS = 60 * 60_000;
const DAY_MS = 24 * 3_600_000;
/** Who consumed an approval may ask again for so long. What it shows names payees, and is nobody's business later. */
const KEEP_USED_APPROVALS_MS = 90 * DAY_MS;
/** A repeated call finds what its operation has reserved for so long; keys of payments outlive that, and are looked up first. */
const KEEP_RESERVATIONS_MS = 8 * DAY_MS;

/** Removes what decides nothing any more, so that the tables stay as large as the present. */
export function startPruning({ db, logger, now }: { db: Db; logger: Logger; now: Clock }): { stop(): void } {
  const ago = (ms: number) => new Date(now().getTime() - ms);
  const prunings = {
    approvals: () =>
      pruneApprovals(db, { unused_before: ago(DAY_MS), used_before: ago(KEEP_USED_APPROVALS_MS) }),
    reservations: () => pruneReservations(db, ago(KEEP_RESERVATIONS_MS)),
    attempts: () => pruneAttempts(db, ago(DAY_MS)),
    mail_tokens: () => pruneMailTokens(db, ago(DAY_MS)),
    challenges: () => pruneChallenges(db, now()),
  };
  const timer = setInterval(() => {
    for (const [what, prune] of Object.entries(prunings)) {
      prune().catch((error: unknown) => logger.warn({ err: error, what }, 'old rows were not removed'));
    }
  }, EVERY_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
