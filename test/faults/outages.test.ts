import type { Mesh } from '@florin/local';
import { until } from '@florin/testkit';
import { jetstream } from '@nats-io/jetstream';
import { connect as connectNats } from '@nats-io/transport-node';
import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LinkedAccount, linkBank, publicToken } from '../support/bank.js';
import { startTestMesh } from '../support/mesh.js';
import { newPerson, type Person } from '../support/people.js';

let mesh: Mesh;
let person: Person;
let accounts: LinkedAccount[];

beforeAll(async () => {
  mesh = await startTestMesh();
  person = await newPerson(mesh);
  accounts = await linkBank(mesh, person.mcp);
});
afterAll(async () => {
  await person?.mcp.close();
  await mesh?.stop();
});

async function serviceStatus(name: string): Promise<string | undefined> {
  const { services } = await person.mcp.read<{ services: { name: string; status: string }[] }>(
    'mesh://status',
  );
  return services.find((service) => service.name === name)?.status;
}

// proves: one-service-down
describe('while banking is down', () => {
  it("everybody else's tools work, its own say so at once, and it is back within five seconds", async () => {
    const before = await person.mcp.client.listTools();
    const killed_at = performance.now();
    await mesh.kill('banking');

    await until(
      async () => {
        const error = await person.mcp.refused('list_accounts');
        expect(error).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
      },
      { timeout: 1_000 },
    );
    expect(await person.mcp.read('users://me/profile')).toMatchObject({ user_id: person.user_id });
    expect((await person.mcp.client.listTools()).tools).toEqual(before.tools);
    expect(await serviceStatus('banking')).not.toBe('up');

    await until(async () => {
      const { accounts: again } = await person.mcp.call<{ accounts: unknown[] }>('list_accounts');
      expect(again).toHaveLength(accounts.length);
    });
    expect(performance.now() - killed_at).toBeLessThan(5_000);
    expect(await serviceStatus('banking')).toBe('up');
  });
});

// proves: nats-down
describe('while NATS is down', () => {
  it('operations go on, and every event leaves later', async () => {
    await mesh.nats.stop();
    const public_token = await publicToken(mesh, 1);
    const linked = await person.mcp.call<{ accounts: LinkedAccount[] }>('link_bank_account', {
      public_token,
    });
    expect(linked.accounts.length).toBeGreaterThan(0);
    expect(await unpublished('banking')).toBeGreaterThan(0);
    await mesh.nats.restart();

    await until(
      async () => {
        const events = await publishedEvents('banking');
        for (const { account_id } of linked.accounts) {
          const found = events.filter(
            (event) => event.type === 'florin.banking.account.linked.v1' && event.subject === account_id,
          );
          expect(found).toHaveLength(1);
        }
        expect(await unpublished('banking')).toBe(0);
        expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
      },
      { timeout: 20_000 },
    );
  });
});

// proves: postgres-restart
describe('while Postgres restarts', () => {
  it('calls say UNAVAILABLE and can be repeated, and it recovers by itself', async () => {
    await mesh.postgres.stop();
    const error = await person.mcp.refused('search_transactions', { page_size: 1 });
    expect(error).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    await mesh.postgres.restart();
    await until(
      async () => {
        const { transactions } = await person.mcp.call<{ transactions: unknown[] }>('search_transactions', {
          page_size: 1,
        });
        expect(transactions).toHaveLength(1);
      },
      { timeout: 10_000 },
    );
  });
});

// proves: bank-down
describe('while the bank is down', () => {
  it('reads answer from the store with their age, and writes say that they can be repeated', async () => {
    const account_id = accounts[0]?.account_id ?? '';
    const public_token = await publicToken(mesh);
    await setFault({ provider: 'plaid', kind: 'down' });
    const an_hour_ago = new Date(Date.now() - 3_600_000).toISOString();
    await inTables('banking', (sql) => sql`update accounts set balance_as_of = ${an_hour_ago}`);

    const { transactions } = await person.mcp.call<{ transactions: unknown[] }>('search_transactions', {
      account_id,
    });
    expect(transactions.length).toBeGreaterThan(0);
    const balance = await person.mcp.call('get_balance', { account_id });
    expect(balance).toMatchObject({ source: 'cached', as_of: an_hour_ago });

    const error = await person.mcp.refused('link_bank_account', { public_token });
    expect(error).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    await clearFaults();
    const linked = await person.mcp.call<{ accounts: unknown[] }>('link_bank_account', { public_token });
    expect(linked.accounts.length).toBeGreaterThan(0);
  });
});

const faults = () => `${mesh.url('sandbox')}/faults`;

async function setFault(fault: object): Promise<void> {
  const response = await fetch(faults(), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
  });
  if (!response.ok) throw new Error(await response.text());
}

async function clearFaults(): Promise<void> {
  await fetch(faults(), { method: 'DELETE' });
}

interface PublishedEvent {
  id: string;
  type: string;
  subject: string;
}

/** Everything in the domain's stream, read as an outside consumer reads it. */
async function publishedEvents(domain: string): Promise<PublishedEvent[]> {
  const { host, username, password } = new URL(mesh.environment(domain).NATS_URL ?? '');
  const connection = await connectNats({
    servers: host,
    user: username,
    pass: password,
    inboxPrefix: `_INBOX_${username}`,
  });
  try {
    const consumer = await jetstream(connection).consumers.get(`FLORIN_${domain.toUpperCase()}`);
    const { num_pending } = await consumer.info();
    const events: PublishedEvent[] = [];
    if (num_pending === 0) return events;
    for await (const message of await consumer.fetch({ max_messages: num_pending, expires: 2_000 })) {
      events.push(message.json<PublishedEvent>());
    }
    return events;
  } finally {
    await connection.close();
  }
}

async function unpublished(process: string): Promise<number> {
  const [row] = await inTables(
    process,
    (sql) => sql<{ waiting: number }[]>`
      select count(*)::int as waiting from outbox where published_at is null`,
  );
  return row?.waiting ?? -1;
}

async function inTables<T>(process: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = postgres(mesh.environment(process).DATABASE_URL ?? '', { max: 1 });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}
