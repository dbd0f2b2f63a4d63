import {
  type Clock,
  type RunningService,
  type ServiceParts,
  type StartContext,
  startService,
} from '@florin/chassis';
import type { Fault } from '@florin/faults';
import {
  createFieldCipher,
  databaseFault,
  joinMesh,
  openState,
  startErasureWorker,
  userErased,
} from '@florin/postgres';
import { createBalances } from './balances/balances.js';
import { type BankingConfig, bankingConfig, plaidUrl } from './config.js';
import type { BankingDeps } from './deps.js';
import { erasePerson } from './erasure/erase-person.js';
import { linkPages } from './http/link-pages.js';
import { webhookRoutes } from './http/plaid-webhook.js';
import { createWebhookVerifier } from './http/verify-webhook.js';
import { offer } from './offer.js';
import { bankFault } from './providers/bank-data.js';
import { createPlaid } from './providers/plaid.js';
import { accountsRpc } from './rpc/accounts.js';
import { personalDataRpc } from './rpc/personal-data.js';
import { createSecrets } from './store/secrets.js';
import { startSyncWorker } from './sync/sync-worker.js';

const VERSION = '0.1.0';

/** One folder up from here, and from the bundle in dist/ as well. */
const migrations = new URL('../migrations/', import.meta.url);

/** Starts banking: main.ts with the process' environment, tests with one of their own. */
export function startBanking(env: NodeJS.ProcessEnv, now?: Clock): Promise<RunningService> {
  return startService('banking', bankingConfig, env, compose, now);
}

async function compose(context: StartContext<BankingConfig>): Promise<ServiceParts<BankingDeps>> {
  const { config, logger, now } = context;
  const bank = createPlaid({
    base_path: plaidUrl(config),
    client_id: config.PLAID_CLIENT_ID,
    secret: config.PLAID_SECRET,
    simulated: config.FLORIN_MODE === 'simulated',
  });
  const state = await openState('banking', context, migrations);
  const { ring, database, pageTokens } = state;
  const { db } = database;
  const secrets = createSecrets(createFieldCipher(ring));
  const sync = startSyncWorker({ db, bank, secrets }, { now, logger });
  const peer = joinMesh('banking', context, state);
  const erasures = startErasureWorker({
    db,
    erase: (user_id, at) => erasePerson({ db, bank, secrets }, user_id, at),
    now,
    logger,
  });
  peer.consume('identity', {
    'florin.identity.user.erased.v1': userErased({ tokens: peer.tokens, now }),
  });
  const deps: BankingDeps = {
    db,
    bank,
    secrets,
    sync,
    balances: createBalances({ db, bank, secrets, now, logger }),
    pageTokens,
    public_url: config.PUBLIC_URL,
  };

  return {
    version: VERSION,
    mode: config.FLORIN_MODE,
    offer,
    deps,
    revocations: peer.revocations,
    toFault,
    rpc: (support) => [accountsRpc({ deps, now, logger }, support), personalDataRpc({ db }, support)],
    routes(app) {
      webhookRoutes(app, { db, sync, now, verify: createWebhookVerifier({ bank, now }) });
      linkPages(app, { deps, now, logger, mode: config.FLORIN_MODE });
    },
    // Neither NATS nor the bank is a condition: events wait in the outbox, and reads answer from the store.
    checks: state.checks,
    stop: peer.stopAround([() => sync.stop(), () => erasures.stop()]),
  };
}

function toFault(error: unknown): Fault | undefined {
  return databaseFault(error) ?? bankFault(error);
}
