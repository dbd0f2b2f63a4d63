import { createLogger } from '@florin/chassis';
import { createDatabase, type Database } from '@florin/postgres';
import { createStripe } from '../../src/providers/stripe.js';
import { type ReconcileDeps, type Reconciled, reconcile } from '../../src/reconciliation/reconcile.js';
import type { PaymentsUnderTest } from './payments-under-test.js';

const logger = createLogger({ name: 'test', level: 'silent' });

/** The reconciliation beside a running service, on a connection of its own. */
export interface Reconciling {
  database: Database;
  provider: ReconcileDeps['provider'];
  /**
   * Compares the books of today at once, also what was paid in this second.
   * @param ahead_ms as if it were so much later
   * @param of_today the books of today all the same
   */
  run(over?: Partial<ReconcileDeps>, ahead_ms?: number, of_today?: boolean): Promise<Reconciled>;
  stop(): Promise<void>;
}

export function startReconciling(payments: PaymentsUnderTest): Reconciling {
  const application_name = 'reconcile test';
  const database = createDatabase({ url: payments.database.url, application_name, logger });
  const provider = createStripe({
    secret_key: 'sk_test_florin_local',
    webhook_secrets: ['whsec_florin_local'],
    base_url: payments.sandbox.stripe_url,
    public_url: payments.url,
    now: payments.clock.now,
  });
  return {
    database,
    provider,
    run(over = {}, ahead_ms = 0, of_today = false) {
      // No two runs are of one moment.
      payments.clock.advance(1);
      const now = new Date(payments.clock.now().getTime() + ahead_ms);
      const day = (of_today ? payments.clock.now() : now).toISOString().slice(0, 10);
      return reconcile({ database, provider, logger, ...over }, day, now);
    },
    stop: () => database.close(),
  };
}
