import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Mesh, startMesh } from '@florin/local';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { walletOf } from '../support/payments.js';
import { demoPerson, type Person } from '../support/people.js';

const STATEFUL = ['identity', 'banking', 'payments'];
const WRITTEN = ['4242 4242 4242 4242', '4242424242424242', 'my card is 4242-4242-4242-4242, ok?'];
/** However it is written, and as the hexadecimal digits that Postgres shows of bytes. */
const NUMBER = '4242[ -]?4242[ -]?4242[ -]?4242|(34323432){4}';

const data_dir = mkdtempSync(join(tmpdir(), 'florin-card-numbers-'));
let mesh: Mesh;
let ada: Person;

beforeAll(async () => {
  const processes = ['gateway', 'sandbox', ...STATEFUL];
  // Whatever a process would ever log, it logs.
  const env = Object.fromEntries(processes.map((name) => [name, { LOG_LEVEL: 'trace' }]));
  mesh = await startMesh({ data_dir, env });
  ada = await demoPerson(mesh, 'ada@florin.test');
});
afterAll(async () => {
  await ada?.mcp.close();
  await mesh?.stop();
  rmSync(data_dir, { recursive: true, force: true });
});

/** Tables with a row that shows the text in any of its columns. */
async function tablesWith(pattern: string): Promise<string[]> {
  const found: string[] = [];
  for (const service of STATEFUL) {
    const sql = postgres(mesh.environment(service).DATABASE_OWNER_URL ?? '', { max: 1 });
    try {
      const tables = await sql<{ name: string }[]>`
        select tablename as name from pg_tables where schemaname = 'public'`;
      expect(tables.length).toBeGreaterThan(3);
      for (const { name } of tables) {
        const rows = await sql`select 1 from ${sql(name)} as one where one::text ~ ${pattern} limit 1`;
        if (rows.length > 0) found.push(`${service}.${name}`);
      }
    } finally {
      await sql.end();
    }
  }
  return found;
}

/** Lines of any file there that show the text: `logs`, or `sandbox`, where the provider writes all that it is told. */
function linesWith(pattern: RegExp, folder: 'logs' | 'sandbox'): string[] {
  const dir = join(data_dir, folder);
  return readdirSync(dir).flatMap((name) =>
    readFileSync(join(dir, name), 'utf8')
      .split('\n')
      .filter((line) => pattern.test(line)),
  );
}

// proves: no-card-numbers
it('a card number, sent in every argument of every tool, is in no log, no table, and not at the provider', async () => {
  const { tools } = await ada.mcp.client.listTools();
  const fields = tools.flatMap(({ name: tool, inputSchema }) =>
    Object.keys(inputSchema.properties ?? {}).map((field) => ({ tool, field })),
  );
  expect(fields.length).toBeGreaterThan(50);
  for (const { tool, field } of fields.filter((each) => each.tool !== 'read_resource')) {
    for (const value of [...WRITTEN, WRITTEN, { number: WRITTEN[0] }]) {
      const error = await ada.mcp.refused(tool, { [field]: value });
      expect(error, `${tool}: ${field}`).toMatchObject({ reason: 'CARD_NUMBER_REFUSED', retryable: false });
      expect(JSON.stringify(error)).not.toMatch(new RegExp(NUMBER));
    }
  }
  await ada.mcp.client.readResource({ uri: `payments://${WRITTEN[1]}/status` }).catch(() => undefined);
  await ada.mcp.client.callTool({ name: `pay_${WRITTEN[1]}`, arguments: {} }).catch(() => undefined);

  expect(await tablesWith(NUMBER)).toEqual([]);
  expect(linesWith(new RegExp(NUMBER), 'logs')).toEqual([]);
  expect(linesWith(new RegExp(NUMBER), 'sandbox')).toEqual([]);
});

it('what is allowed is found by the same search', async () => {
  const { wallet_id } = await walletOf(ada);
  const description = `searched-${randomUUID()}`;
  const sides = { source_id: wallet_id, destination_id: 'ben@florin.test' };
  await ada.mcp.call('initiate_payment', {
    ...sides,
    amount: '1.00',
    currency: 'USD',
    idempotency_key: randomUUID(),
    description,
  });
  expect(await tablesWith(description)).toContain('payments.payments');
  expect(linesWith(/"level"/, 'logs').length).toBeGreaterThan(10);
  await ada.mcp.call('add_payment_method', { payment_token: 'pm_card_visa' });
  expect(linesWith(/"last4":"4242"/, 'sandbox').length).toBeGreaterThan(0);
});
