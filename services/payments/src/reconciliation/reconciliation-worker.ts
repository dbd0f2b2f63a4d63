import type { Clock, Metrics } from '@florin/chassis';
import { type Rounds, startRounds } from '@florin/postgres';
import { claimDay, openDiscrepancies } from '../store/reconciliations.js';
import { type ReconcileDeps, reconcile } from './reconcile.js';

const LOOK_EVERY_MS = 10 * 60_000;
/** The provider's book of a day is complete some time after its end. */
const SETTLE_MS = 2 * 3_600_000;
const DAY_MS = 24 * 3_600_000;

/** Reconciles each day once, two hours after it has ended; of several processes one does. */
export function startReconciliationWorker(
  deps: ReconcileDeps & { now: Clock; metrics: Pick<Metrics, 'observe'> },
): Pick<Rounds, 'stop'> {
  const { database, logger, now, metrics } = deps;
  let open = 0;
  metrics.observe('florin_discrepancies_open', 'Differences between our books and the provider.', () => open);
  return startRounds({
    async round() {
      const at = now();
      const day = new Date(at.getTime() - SETTLE_MS - DAY_MS).toISOString().slice(0, 10);
      try {
        if (await claimDay(database.db, day, at)) await reconcile(deps, day, at);
      } finally {
        // What was found before is there, also while the provider is away.
        open = (await openDiscrepancies(database.db)).length;
      }
      return false;
    },
    poll_ms: LOOK_EVERY_MS,
    logger,
    waiting: 'the books could not be compared now',
  });
}
