import { randomBytes } from 'node:crypto';
import { idToUuid, newId } from '@florin/chassis';
import { type Sandbox, start as startSandbox } from '@florin/sandbox';
import {
  claimNats,
  createMeshCaller,
  createTestDatabase,
  freePort,
  type MeshCaller,
  type TestClock,
  type TestDatabase,
  type TestIssuer,
  testClock,
  testIssuer,
  until,
} from '@florin/testkit';
import postgres, { type Sql } from 'postgres';
import { startBanking } from '../../src/banking.js';

export type Json = Record<string, unknown>;

/** Somebody with an own id and a token that opens banking. */
export interface Person {
  user_id: string;
  token: string;
}

export interface LinkedPerson extends Person {
  item_id: string;
  /** By name, e.g. "Harbor Checking". */
  accounts: Map<string, string>;
}

/** Banking in this process over a database, a NATS account and a Plaid stand-in of its own, called as the mesh calls it. */
export interface BankingUnderTest {
  url: string;
  grpc_address: string;
  env: Record<string, string>;
  nats_url: string;
  database: TestDatabase;
  /** As the owner of the tables, to look at what was written. */
  sql: Sql;
  sandbox: Sandbox;
  issuer: TestIssuer;
  clock: TestClock;
  /** @throws Fault, as the gateway gets it */
  call: MeshCaller['call'];
  tool(name: string, args: unknown, person: Person): Promise<Json>;
  /** The JSON that a resource shows. */
  read(uri: string, person: Person): Promise<Json>;
  newPerson(scopes?: string[]): Promise<Person>;
  /** What the bank widget gives at its end. */
  publicToken(institution_id?: string, webhook_url?: string): Promise<string>;
  /** Somebody whose bank is linked and synced. */
  linkedPerson(): Promise<LinkedPerson>;
  /** Waits until the person's links are synced and nothing more is due. */
  synced(person: Person): Promise<void>;
  /** Stops the service and starts it again over the same state. */
  restart(during?: { whileDown?: () => Promise<void> }): Promise<void>;
  stop(): Promise<void>;
}

export async function startBankingUnderTest(
  name: string,
  over: Record<string, string> = {},
): Promise<BankingUnderTest> {
  const clock = testClock();
  const [database, nats_url, http_port, grpc_port, sandbox, issuer] = await Promise.all([
    createTestDatabase(name),
    claimNats(),
    freePort(),
    freePort(),
    startSandbox({ now: clock.now, seed: 'banking' }),
    testIssuer({ now: clock.now }),
  ]);
  const url = `http://127.0.0.1:${http_port}`;
  const env = {
    HTTP_PORT: String(http_port),
    GRPC_PORT: String(grpc_port),
    LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'silent',
    MESH_ISSUER: issuer.issuer,
    MESH_JWKS_URL: issuer.jwks_url,
    IDENTITY_ADDRESS: issuer.identity_address,
    SERVICE_SECRET: 'secret-of-banking',
    DATABASE_URL: database.url,
    DATABASE_OWNER_URL: database.owner_url,
    NATS_URL: nats_url,
    FIELD_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    FLORIN_MODE: 'simulated',
    PUBLIC_URL: url,
    PLAID_BASE_URL: sandbox.plaid_url,
    PLAID_CLIENT_ID: 'florin',
    PLAID_SECRET: 'florin-secret',
    ...over,
  };
  let running = await startBanking(env, clock.now);
  const sql = postgres(database.owner_url, { max: 2, onnotice: () => undefined });
  const grpc_address = `127.0.0.1:${grpc_port}`;
  let caller = createMeshCaller(grpc_address);
  const call: MeshCaller['call'] = (...args) => caller.call(...args);
  const tool = (called: string, args: unknown, { token }: Person) => call('tool', called, args, token);

  async function newPerson(scopes = ['banking:read', 'banking:write']): Promise<Person> {
    const user_id = newId('usr');
    return { user_id, token: await issuer.sign({ sub: user_id, scopes }) };
  }

  async function publicToken(
    institution_id = 'ins_910001',
    webhook = `${url}/webhooks/plaid`,
  ): Promise<string> {
    const response = await fetch(`${sandbox.plaid_url}/sandbox/public_token/create`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        client_id: 'florin',
        secret: 'florin-secret',
        institution_id,
        initial_products: ['transactions'],
        options: { webhook, transactions: { days_requested: 730 } },
      }),
    });
    return ((await response.json()) as { public_token: string }).public_token;
  }

  async function synced({ user_id }: Person): Promise<void> {
    await until(
      async () => {
        const [{ open } = { open: -1 }] = await sql<{ open: number }[]>`
          select count(*)::int as open from links
          where user_id = ${toUuid(user_id)} and status <> 'unlinked'
            and (synced_at is null or sync_claimed_until is not null or sync_due_at <= ${clock.now()})`;
        if (open !== 0) throw new Error(`${open} links are not synced yet`);
      },
      { timeout: 15_000, interval: 25 },
    );
  }

  return {
    url,
    grpc_address,
    env,
    nats_url,
    database,
    sql,
    sandbox,
    issuer,
    clock,
    call,
    tool,
    read: (uri, { token }) => caller.read(uri, token),
    newPerson,
    publicToken,
    async linkedPerson() {
      const person = await newPerson();
      const known = new Set(sandbox.control.plaid.items().map((item) => item.item_id));
      const linked = await tool('link_bank_account', { public_token: await publicToken() }, person);
      const item = sandbox.control.plaid.items().find(({ item_id }) => !known.has(item_id));
      await synced(person);
      const accounts = linked.accounts as { account_id: string; name: string }[];
      return {
        ...person,
        item_id: item?.item_id ?? '',
        accounts: new Map(accounts.map(({ name: account, account_id }) => [account, account_id])),
      };
    },
    synced,
    async restart({ whileDown } = {}) {
      caller.close();
      await running.stop();
      await whileDown?.();
      running = await startBanking(env, clock.now);
      caller = createMeshCaller(grpc_address);
    },
    async stop() {
      caller.close();
      await running.stop();
      await sandbox.stop(100);
      await issuer.close();
      await sql.end();
      await database.drop();
    },
  };
}

/** As the tables hold it. */
export function toUuid(id: string): string {
  return idToUuid(id, id.slice(0, id.indexOf('_')));
}
