import { ConfigError, createLogger, loadConfig } from '@florin/chassis';
import { createDatabase } from '@florin/postgres';
import { paymentsConfig } from './config.js';
import { createStripe } from './providers/stripe.js';
import { reconcile } from './reconciliation/reconcile.js';
import { reopenDay } from './store/reconciliations.js';
import { stripePlace } from './stripe-config.js';

/**
 * `node dist/main.js reconcile [2026-11-22]`: compares ledger, payments and the provider's book now, up to the end of that
 * day, or of today. It runs beside the service and changes no money.
 * @param say told what was found, line by line
 */
export async function reconcileNow(
  env: NodeJS.ProcessEnv,
  day: string | undefined,
  say: (line: string) => void,
): Promise<void> {
  const config = loadConfig(paymentsConfig, env);
  const now = new Date();
  const chosen = day ?? now.toISOString().slice(0, 10);
  if (!isDay(chosen)) {
    throw new ConfigError(`${chosen} is no day: write it as 2026-11-22.`);
  }
  const logger = createLogger({ name: 'payments', level: 'warn' });
  const provider = createStripe({ ...stripePlace(config), public_url: config.PUBLIC_URL, now: () => now });
  const application_name = 'payments reconcile';
  const database = createDatabase({ url: config.DATABASE_URL, application_name, logger });
  try {
    await reopenDay(database.db, chosen, now);
    const { compared, opened, findings } = await reconcile({ database, provider, logger }, chosen, now);
    for (const { kind, subject, expected, found } of findings) {
      say(`${kind} ${subject}: expected ${expected}, found ${found}`);
    }
    say(`${compared} compared up to the end of ${chosen}: ${findings.length} differ, ${opened} of them new.`);
  } finally {
    await database.close();
  }
}

/** The 31st of February is taken for the 3rd of March: only what reads back as itself is a day. */
function isDay(text: string): boolean {
  const time_ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(time_ms) && new Date(time_ms).toISOString().startsWith(text);
}
