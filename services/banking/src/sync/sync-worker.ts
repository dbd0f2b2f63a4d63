import type { Clock, Logger } from '@florin/chassis';
import { createPause, transaction } from '@florin/postgres';
import { sweepLinkSessions } from '../store/link-sessions.js';
import { claimDue } from '../store/sync-queue.js';
import { sweepWebhookReceipts } from '../store/webhook-receipts.js';
import { CLAIM_MS, type SyncDeps, syncLink } from './sync-link.js';

/** Links synced side by side in one process. The provider limits how much may be asked. */
const AT_ONCE = 4;
const POLL_MS = 1_000;
/** While the database is away. */
const FAILED_PAUSE_MS = 2_000;
const SWEEP_EVERY_MS = 10 * 60_000;
const KEEP_MS = 24 * 3_600_000;

export interface SyncWorker {
  /** Says that a sync was asked for. Without it the worker sees it within a second. */
  nudge(): void;
  /** Takes nothing more, and ends what runs after the page in hand. */
  stop(): Promise<void>;
}

/**
 * Works through the links that are due. What is due stands in the database, so a restart forgets nothing, and several
 * processes share the work.
 */
export function startSyncWorker(deps: SyncDeps, { now, logger }: { now: Clock; logger: Logger }): SyncWorker {
  const pause = createPause();
  const stopping = new AbortController();
  let sweptAt_ms = 0;

  async function round(): Promise<boolean> {
    const at = now();
    const until = new Date(at.getTime() + CLAIM_MS);
    const due = await claimDue(deps.db, at, until, AT_ONCE);
    await Promise.all(due.map((link) => syncLink(deps, link, { now, logger, signal: stopping.signal })));
    if (at.getTime() - sweptAt_ms >= SWEEP_EVERY_MS) {
      sweptAt_ms = at.getTime();
      await sweep(deps, new Date(sweptAt_ms - KEEP_MS));
    }
    return due.length === AT_ONCE;
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const isMoreLikely = await round();
        if (!isMoreLikely) await pause.for(POLL_MS);
      } catch (error) {
        logger.warn({ err: error }, 'the sync worker cannot reach the database');
        await pause.for(FAILED_PAUSE_MS);
      }
    }
  }

  const running = run();
  return {
    nudge: () => pause.end(),
    async stop() {
      stopping.abort();
      pause.end();
      await running;
    },
  };
}

async function sweep({ db }: SyncDeps, before: Date): Promise<void> {
  await transaction(db, async (tx) => {
    await sweepLinkSessions(tx, before);
    await sweepWebhookReceipts(tx, before);
  });
}
