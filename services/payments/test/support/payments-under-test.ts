import { randomBytes, randomUUID } from 'node:crypto';
import { type CallKind, createLogger, idToUuid, newId } from '@florin/chassis';
import { type FailureFrame, fromFailure } from '@florin/faults';
import { createDatabase } from '@florin/postgres';
import { type Call, florin, type ReceivedReply } from '@florin/proto';
import { type Sandbox, start as startSandbox } from '@florin/sandbox';
import {
  claimNats,
  createTestDatabase,
  freePort,
  startTestScreening,
  type TestClock,
  type TestDatabase,
  type TestIssuer,
  type TestScreening,
  testClock,
  testIssuer,
  until,
} from '@florin/testkit';
import { credentials } from '@grpc/grpc-js';
import postgres, { type Sql } from 'postgres';
import { openWallet } from '../../src/ledger/wallets.js';
import { createLedgerWriter } from '../../src/ledger/writer.js';
import { startPayments } from '../../src/payments.js';
import { startHeartbeat, type TestNats } from './heartbeat.js';

export type Json = Record<string, unknown>;

/** Somebody with a token that opens payments, a verified e-mail address, and a USD wallet. */
export interface Person {
  user_id: string;
  token: string;
  email: string;
  wallet_id: string;
}

/** Payments in this process over a database, a NATS account and a Stripe stand-in of its own, called as the mesh calls it. */
export interface PaymentsUnderTest {
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
  clock: TestClock;
  /** @throws Fault, as the gateway gets it */
  call(kind: CallKind, name: string, args: unknown, mesh_token: string): Promise<Json>;
  tool(name: string, args: unknown, person: Pick<Person, 'token'>): Promise<Json>;
  /** A money operation with a key of its own, unless `args` has one. */
  pay(args: Json, person: Pick<Person, 'token'>): Promise<Json>;
  /** The JSON that a resource shows. */
  read(uri: string, person: Pick<Person, 'token'>): Promise<Json>;
  /** @param amount_minor what their wallet holds from the start */
  newPerson(amount_minor?: bigint, scopes?: string[]): Promise<Person>;
  /** What the person's wallet has: [balance, available], in minor units. */
  funds(person: Pick<Person, 'wallet_id'>): Promise<[bigint, bigint]>;
  /** Stops the service and starts it again over the same state. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const silent = createLogger({ name: 'test', level: 'silent' });

export async function startPaymentsUnderTest(
  name: string,
  over: Record<string, string> = {},
): Promise<PaymentsUnderTest> {
  const clock = testClock();
  const [database, nats_url, http_port, grpc_port, issuer, screening] = await Promise.all([
    createTestDatabase(name),
    claimNats(),
    freePort(),
    freePort(),
    testIssuer({ now: clock.now }),
    startTestScreening(),
  ]);
  const url = `http://127.0.0.1:${http_port}`;
  const sandbox = await startSandbox({
    now: clock.now,
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
  let running = await startPayments(env, clock.now);
  const nats = await startHeartbeat(nats_url);
  const sql = postgres(database.owner_url, {
    max: 2,
    onnotice: () => undefined,
    types: { bigint: postgres.BigInt },
  });
  const own = createDatabase({ url: database.url, application_name: `${name} test`, max: 2, logger: silent });
  const writer = createLedgerWriter({ sql: own.sql, logger: silent });
  const grpc_address = `127.0.0.1:${grpc_port}`;
  let client = new florin.mesh.v1.Capabilities(grpc_address, credentials.createInsecure());

  async function call(kind: CallKind, called: string, args: unknown, mesh_token: string): Promise<Json> {
    const stream = client.Exchange();
    const reply = new Promise<ReceivedReply>((resolve, reject) => {
      stream.on('error', reject);
      stream.on('data', (received: ReceivedReply) => {
        if (received.call_id === 1) resolve(received);
      });
    });
    const start: Call['start'] = {
      kind: `CALL_KIND_${kind.toUpperCase()}` as 'CALL_KIND_TOOL',
      name: called,
      arguments_json: Buffer.from(JSON.stringify(args)),
      mesh_token,
      request_id: 'req_of_a_test',
    };
    stream.write({ call_id: 1, start });
    const { result, failure } = await reply.finally(() => stream.end());
    if (failure) throw fromFailure(failure as FailureFrame);
    return JSON.parse(String(result?.result_json)) as Json;
  }

  async function fill(wallet_id: string, amount_minor: bigint): Promise<void> {
    const outcome = await writer.submit({
      now: clock.now(),
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

  await until(async () => {
    const probe = { source_id: newId('wal'), destination_id: newId('wal'), amount: '1.00', currency: 'USD' };
    const token = await issuer.sign({ sub: newId('usr'), scopes: ['payments:write'] });
    const refused = await call('tool', 'initiate_payment', { ...probe, idempotency_key: randomUUID() }, token)
      .then(() => '')
      .catch((error: Error & { reason?: string }) => error.reason);
    // Until the heartbeat is heard, no money moves.
    if (refused !== 'NOT_FOUND') throw new Error(`payments answers ${refused}`);
  });

  return {
    url,
    grpc_address,
    env,
    database,
    sql,
    sandbox,
    issuer,
    screening,
    nats,
    clock,
    call,
    tool: (called, args, { token }) => call('tool', called, args, token),
    pay: (args, { token }) =>
      call('tool', 'initiate_payment', { idempotency_key: randomUUID(), currency: 'USD', ...args }, token),
    async read(uri, { token }) {
      const { contents } = await call('resource', uri, {}, token);
      return JSON.parse((contents as [{ text: string }])[0].text) as Json;
    },
    async newPerson(amount_minor = 0n, scopes = ['payments:read', 'payments:write']) {
      const user_id = newId('usr');
      const email = `${user_id}@example.test`;
      issuer.people.byEmail.set(email, user_id);
      const { wallet_id } = await openWallet(own.sql, { user_id, currency: 'USD', now: clock.now() });
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
    async restart() {
      client.close();
      await running.stop();
      running = await startPayments(env, clock.now);
      client = new florin.mesh.v1.Capabilities(grpc_address, credentials.createInsecure());
    },
    async stop() {
      client.close();
      await running.stop();
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
