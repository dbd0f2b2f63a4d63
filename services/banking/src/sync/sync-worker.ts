import type { Clock, Logger } from '@florin/chassis';
import { type Rounds, startRounds, transaction } from '@florin/postgres';
import { sweepLinkSessions } from '../store/link-sessions.js';
import { claimDue } from '../store/sync-queue.js';
import { sweepWebhookReceipts } from '../store/webhook-receipts.js';
import { CLAIM_MS, type SyncDeps, syncLink } from './sync-link.js';

/** Links synced side by side in one process. The provider limits how much may be asked. */
const AT_ONCE = 4;
const POLL_MS = 1_000;
const SWEEP_EVERY_MS = 10 * 60_000;
const KEEP_MS = 24 * 3_600_000;

/** Works through the links that are due. A stop ends what runs after the page in hand. */
export function startSyncWorker(deps: SyncDeps, { now, logger }: { now: Clock; logger: Logger }): Rounds {
  const stopping = new AbortController();
  let sweptAt_ms = 0;
  const rounds = startRounds({
    async round() {
      const at = now();
      const until = new Date(at.getTime() + CLAIM_MS);
      const due = await claimDue(deps.db, at, until, AT_ONCE);
      await Promise.all(due.map((link) => syncLink(deps, link, { now, logger, signal: stopping.signal })));
      if (at.getTime() - sweptAt_ms >= SWEEP_EVERY_MS) {
        sweptAt_ms = at.getTime();
        await sweep(deps, new Date(sweptAt_ms - KEEP_MS));
      }
      return due.length === AT_ONCE;
    },
    poll_ms: POLL_MS,
    logger,
    waiting: 'links wait to be synced',
  });
  return {
    nudge: rounds.nudge,
    async stop() {
      stopping.abort();
      await rounds.stop();
    },
  };
}

async function sweep({ db }: SyncDeps, before: Date): Promise<void> {
  await transaction(db, async (tx) => {
    await sweepLinkSessions(tx, before);
    await sweepWebhookReceipts(tx, before);
  });
}
