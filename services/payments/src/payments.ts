import {
  type Clock,
  createMoneyGuard,
  type RunningService,
  type ServiceParts,
  type StartContext,
  startService,
} from '@florin/chassis';
import type { Fault } from '@florin/faults';
import {
  createKeyReader,
  databaseFault,
  joinMesh,
  openState,
  startErasureWorker,
  userErased,
} from '@florin/postgres';
import { type PaymentsConfig, paymentsConfig } from './config.js';
import { followScreening } from './consumers/screening-decided.js';
import { userRegistered } from './consumers/user-registered.js';
import type { PaymentsDeps } from './deps.js';
import { erasePerson } from './erasure/erase-person.js';
import { createFraudDecisions } from './fraud-decisions.js';
import { returnPages } from './http/return-pages.js';
import { stripeWebhook } from './http/stripe-webhook.js';
import { createWalletReader } from './ledger/wallets.js';
import { createLedgerWriter } from './ledger/writer.js';
import { offer } from './offer.js';
import { advance } from './payments/advance.js';
import { createPayeeLookup } from './payments/payee-lookup.js';
import { startPaymentWorker } from './payments/worker.js';
import { createPeople } from './people.js';
import { createBankAccounts } from './providers/bank-accounts.js';
import { providerFault } from './providers/provider-fault.js';
import { createStripe } from './providers/stripe.js';
import { startReconciliationWorker } from './reconciliation/reconciliation-worker.js';
import { advanceRefund } from './refunds/advance-refund.js';
import { methodsRpc } from './rpc/methods.js';
import { personalDataRpc } from './rpc/personal-data.js';
import { walletsRpc } from './rpc/wallets.js';
import { stripePlace } from './stripe-config.js';
import { startDemoWallets } from './wallets/demo-wallets.js';

const VERSION = '0.1.0';

/** One folder up from here, and from the bundle in dist/ as well. */
const migrations = new URL('../migrations/', import.meta.url);

/** Starts payments: main.ts with the process' environment, tests with one of their own. */
export function startPayments(env: NodeJS.ProcessEnv, now?: Clock): Promise<RunningService> {
  return startService('payments', paymentsConfig, env, compose, now);
}

async function compose(context: StartContext<PaymentsConfig>): Promise<ServiceParts<PaymentsDeps>> {
  const { config, logger, metrics, now } = context;
  const { NATS_URL: nats_url, IDENTITY_ADDRESS: identity_address, PUBLIC_URL: public_url } = config;
  const provider = createStripe({ ...stripePlace(config), public_url, now });
  const state = await openState('payments', context, migrations);
  const { database, pageTokens } = state;
  const { db, sql } = database;
  const peer = joinMesh('payments', context, state);
  const { tokens, revocations } = peer;
  const guard = createMoneyGuard({
    config,
    keys: createKeyReader(database.lookups),
    feed: revocations,
    tokens,
    metrics,
    logger,
  });
  const people = createPeople({ identity_address, tokens });
  const bankAccounts = createBankAccounts({ address: config.BANKING_ADDRESS, tokens });
  const fraud = createFraudDecisions({ fraud_address: config.FRAUD_ADDRESS, tokens });
  const writer = createLedgerWriter({ sql, logger });
  const deps: PaymentsDeps = {
    db,
    sql,
    writer,
    wallets: createWalletReader(database.lookups),
    provider,
    bankAccounts,
    people,
    payees: createPayeeLookup(people, now),
    decisionOf: fraud.decisionOf,
    pageTokens,
    fees: config.PAYMENT_FEES,
    maximums: config.PAYMENT_MAXIMUMS,
    wallet_currencies: config.WALLET_CURRENCIES,
    approval_limits: config.APPROVAL_LIMITS,
    limitsLeft: guard.limitsLeft,
    mode: config.FLORIN_MODE,
    public_url,
    worker: { nudge: () => worker.nudge() },
  };
  const worker = startPaymentWorker({
    db,
    advancePayment: (payment_id, at) => advance(deps, payment_id, at),
    advanceRefund: (refund_id, at) => advanceRefund(deps, refund_id, at),
    now,
    logger,
  });
  const screening = followScreening({ db, nats_url, worker, now, logger });
  peer.consume('identity', {
    'florin.identity.user.registered.v1': userRegistered(deps, now),
    'florin.identity.user.erased.v1': userErased({ tokens, now }),
  });
  const erasures = startErasureWorker({
    db,
    erase: (user_id, at) => erasePerson(deps, user_id, at),
    now,
    logger,
  });
  const reconciliations = startReconciliationWorker({ database, provider, now, metrics, logger });
  const demo = startDemoWallets(deps, { enabled: config.DEMO_PEOPLE, now, logger });

  return {
    version: VERSION,
    mode: config.FLORIN_MODE,
    offer,
    deps,
    revocations,
    guard,
    toFault,
    rpc: (support) => [
      walletsRpc({ sql, writer, now }, support),
      methodsRpc({ db, now }, support),
      personalDataRpc({ db, sql }, support),
    ],
    routes(app) {
      stripeWebhook(app, { deps, worker, now, logger });
      returnPages(app, { deps, worker, now, logger });
    },
    // Neither NATS nor the provider is a condition: events wait in the outbox, and payments between wallets need neither.
    checks: state.checks,
    stop: peer.stopAround([
      () => screening.stop(),
      () => demo.stop(),
      () => worker.stop(),
      () => reconciliations.stop(),
      () => erasures.stop(),
      () => guard.close(),
      () => writer.stop(),
      () => people.close(),
      () => bankAccounts.close(),
      () => fraud.close(),
    ]),
  };
}

function toFault(error: unknown): Fault | undefined {
  return databaseFault(error) ?? providerFault(error);
}
