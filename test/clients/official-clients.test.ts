import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Mesh } from '@florin/local';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkBank } from '../support/bank.js';
import { connect } from '../support/client.js';
import { startTestMesh } from '../support/mesh.js';
import { newPerson, type Person } from '../support/people.js';

let mesh: Mesh;
let person: Person;

beforeAll(async () => {
  mesh = await startTestMesh();
  person = await newPerson(mesh);
  await linkBank(mesh, person.mcp);
});
afterAll(async () => {
  await person?.mcp.close();
  await mesh?.stop();
});

// proves: official-clients
describe('the official clients list and call tools and read resources', () => {
  it.each(['2026-07-28', 'legacy'] as const)('line 2.x, era %s', async (era) => {
    const { client, call, read, close } = await connect(mesh.mcp_url, { token: person.access_token, era });
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('search_transactions');
    const { accounts } = await call<{ accounts: { account_id: string }[] }>('list_accounts');
    expect(accounts.length).toBeGreaterThan(1);
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toContain(
      'banking://{account_id}/balance',
    );
    expect(await read('users://me/profile')).toMatchObject({ user_id: person.user_id, email: person.email });
    expect(await read('mesh://status')).toMatchObject({ mode: 'simulated' });
    await close();
  });

  it('line 1.x', async () => {
    const client = new OldClient({ name: 'florin-tests', version: '1.0.0' });
    const headers = { authorization: `Bearer ${person.access_token}` };
    await client.connect(new OldTransport(new URL(mesh.mcp_url), { requestInit: { headers } }));
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('get_balance');
    const result = await client.callTool({ name: 'list_accounts', arguments: {} });
    expect(result.structuredContent).toMatchObject({ accounts: expect.any(Array) });
    const { contents } = await client.readResource({ uri: 'banking://me/accounts' });
    expect(JSON.parse(String((contents[0] as { text?: string }).text))).toEqual(result.structuredContent);
    await client.close();
  });

  it('the Inspector', { timeout: 240_000 }, async () => {
    const inspect = (...args: string[]) => inspector(mesh.mcp_url, person.access_token, args);
    expect(JSON.stringify(await inspect('--method', 'tools/list'))).toContain('search_transactions');
    const called = await inspect('--method', 'tools/call', '--tool-name', 'list_accounts');
    expect(JSON.stringify(called)).toContain('account_id');
    const read = await inspect('--method', 'resources/read', '--uri', 'users://me/profile');
    expect(JSON.stringify(read)).toContain(person.user_id);
  });
});

/** The Inspector needs a newer Node than Florin does, so both come from npm. */
async function inspector(url: string, token: string, args: string[]): Promise<unknown> {
  const packages = ['-p', 'node@22', '-p', '@modelcontextprotocol/inspector@2.12.0'];
  const target = [url, '--transport', 'http', '--header', `Authorization: Bearer ${token}`];
  const { stdout } = await promisify(execFile)(
    'npx',
    ['--yes', ...packages, 'mcp-inspector', '--cli', ...target, ...args],
    { timeout: 200_000, maxBuffer: 8 * 1024 * 1024 },
  );
  return JSON.parse(stdout);
}
