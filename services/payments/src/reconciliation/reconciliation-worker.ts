import type { Clock, Metrics } from '@florin/chassis';
import { createPause } from '@florin/postgres';
import { claimDay, openDiscrepancies } from '../store/reconciliations.js';
import { type ReconcileDeps, reconcile } from './reconcile.js';

const LOOK_EVERY_MS = 10 * 60_000;
/** The provider's book of a day is complete some time after its end. */
const SETTLE_MS = 2 * 3_600_000;
const DAY_MS = 24 * 3_600_000;

export interface ReconciliationWorker {
  stop(): Promise<void>;
}

/** Reconciles each day once, two hours after it has ended; of several processes one does. */
export function startReconciliationWorker(
  deps: ReconcileDeps & { now: Clock; metrics: Pick<Metrics, 'observe'> },
): ReconciliationWorker {
  const { database, logger, now, metrics } = deps;
  const pause = createPause();
  let stopping = false;
  let open = 0;
  metrics.observe('florin_discrepancies_open', 'Differences between our books and the provider.', () => open);

  async function run(): Promise<void> {
    while (!stopping) {
      try {
        const at = now();
        const day = new Date(at.getTime() - SETTLE_MS - DAY_MS).toISOString().slice(0, 10);
        if (await claimDay(database.db, day, at)) await reconcile(deps, day, at);
        open = (await openDiscrepancies(database.db)).length;
      } catch (error) {
        logger.warn({ err: error }, 'the books could not be compared now');
      }
      await pause.for(LOOK_EVERY_MS);
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
