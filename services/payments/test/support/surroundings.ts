import { randomBytes } from 'node:crypto';
import { type Clock, createLogger, idToUuid, newId } from '@florin/chassis';
import { createDatabase } from '@florin/postgres';
import { type Sandbox, start as startSandbox } from '@florin/sandbox';
import {
  claimNats,
  createTestDatabase,
  freePorts,
  startTestScreening,
  type TestDatabase,
  type TestIssuer,
  type TestScreening,
  testIssuer,
} from '@florin/testkit';
import postgres, { type Sql } from 'postgres';
import { checkLedger, type LedgerViolation } from '../../src/ledger/check-ledger.js';
import { openWallet } from '../../src/ledger/wallets.js';
import { createLedgerWriter } from '../../src/ledger/writer.js';
import { startHeartbeat, type TestNats } from './heartbeat.js';

export type Json = Record<string, unknown>;

/** Somebody with a token that opens payments, a verified e-mail address, and a USD wallet. */
export interface Person {
  user_id: string;
  token: string;
  email: string;
  wallet_id: string;
}

/** All that payments needs around it, of its own: database, NATS account, Stripe stand-in, identity, fraud. */
export interface Surroundings {
  /** Where Stripe's events go: payments over the environment listens there. */
  url: string;
  grpc_address: string;
  env: Record<string, string>;
  database: TestDatabase;
  /** As the owner of the tables, to look at what was written. */
  sql: Sql;
  sandbox: Sandbox;
  issuer: TestIssuer;
  screening: TestScreening;
  nats: TestNats;
  /** @param amount_minor what their wallet holds from the start */
  newPerson(amount_minor?: bigint, scopes?: string[]): Promise<Person>;
  /** What the person's wallet has: [balance, available], in minor units. */
  funds(person: Pick<Person, 'wallet_id'>): Promise<[bigint, bigint]>;
  /** What entries, transfers and balances contradict each other in. */
  contradictions(): Promise<LedgerViolation[]>;
  stop(): Promise<void>;
}

const silent = createLogger({ name: 'test', level: 'silent' });

export async function startSurroundings(
  name: string,
  { now, over = {} }: { now: Clock; over?: Record<string, string> },
): Promise<Surroundings> {
  const [database, nats_url, [http_port = 0, grpc_port = 0], issuer, screening] = await Promise.all([
    createTestDatabase(name),
    claimNats(),
    freePorts(2),
    testIssuer({ now }),
    startTestScreening(),
  ]);
  const url = `http://127.0.0.1:${http_port}`;
  const sandbox = await startSandbox({
    now,
    seed: 'payments',
    stripe_webhook: { url: `${url}/webhooks/stripe` },
  });
  const env = {
    HTTP_PORT: String(http_port),
    GRPC_PORT: String(grpc_port),
    LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'silent',
    MESH_ISSUER: issuer.issuer,
    MESH_JWKS_URL: issuer.jwks_url,
    IDENTITY_ADDRESS: issuer.identity_address,
    BANKING_ADDRESS: '127.0.0.1:1',
    FRAUD_ADDRESS: screening.address,
    SERVICE_SECRET: 'secret-of-payments',
    DATABASE_URL: database.url,
    DATABASE_OWNER_URL: database.owner_url,
    NATS_URL: nats_url,
    FIELD_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    FLORIN_MODE: 'simulated',
    PUBLIC_URL: url,
    STRIPE_BASE_URL: sandbox.stripe_url,
    STRIPE_SECRET_KEY: 'sk_test_florin_local',
    STRIPE_WEBHOOK_SECRET: 'whsec_florin_local',
    ...over,
  };
  const nats = await startHeartbeat(nats_url);
  const sql = postgres(database.owner_url, {
    max: 2,
    onnotice: () => undefined,
    types: { bigint: postgres.BigInt },
  });
  const own = createDatabase({ url: database.url, application_name: `${name} test`, max: 2, logger: silent });
  const writer = createLedgerWriter({ sql: own.sql, logger: silent });

  async function fill(wallet_id: string, amount_minor: bigint): Promise<void> {
    const outcome = await writer.submit({
      now: now(),
      rows: [],
      commands: [
        {
          kind: 'single',
          transfer_id: newId('trf'),
          debit: { house: 'opening' },
          credit: wallet_id,
          amount_minor,
          currency: 'USD',
          reference: 'test',
        },
      ],
      events: [],
    });
    if (!outcome.committed) throw new Error(`a wallet could not be filled: ${outcome.refusal.reason}`);
  }

  return {
    url,
    grpc_address: `127.0.0.1:${grpc_port}`,
    env,
    database,
    sql,
    sandbox,
    issuer,
    screening,
    nats,
    async newPerson(amount_minor = 0n, scopes = ['payments:read', 'payments:write']) {
      const user_id = newId('usr');
      const email = `${user_id}@example.test`;
      issuer.people.byEmail.set(email, user_id);
      const { wallet_id } = await openWallet(own.sql, { user_id, currency: 'USD', now: now() });
      if (amount_minor > 0n) await fill(wallet_id, amount_minor);
      return { user_id, token: await issuer.sign({ sub: user_id, scopes }), email, wallet_id };
    },
    async funds({ wallet_id }) {
      const [row] = await sql<{ balance: bigint; available: bigint }[]>`
        select credits_posted_minor - debits_posted_minor as balance,
          credits_posted_minor - debits_posted_minor - debits_pending_minor as available
        from accounts where account_id = ${toUuid(wallet_id)}`;
      return [row?.balance ?? -1n, row?.available ?? -1n];
    },
    contradictions: () => checkLedger(own.sql),
    async stop() {
      await nats.stop();
      await sandbox.stop(100);
      screening.close();
      await issuer.close();
      await writer.stop();
      await own.close();
      await sql.end();
      await database.drop();
    },
  };
}

/** As the tables hold it. */
export function toUuid(id: string): string {
  return idToUuid(id, id.slice(0, id.indexOf('_')));
}
