import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { idToUuid } from '@florin/chassis';
import type { Mesh } from '@florin/local';
import { launchChromium, until } from '@florin/testkit';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { Browser } from 'playwright-core';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allowAs } from '../support/consent.js';
import { startTestMesh } from '../support/mesh.js';
import { demoPerson, type Person } from '../support/people.js';

const program = fileURLToPath(new URL('../../connect/dist/main.js', import.meta.url));

let mesh: Mesh;
let ada: Person;
let folder: string;

beforeAll(async () => {
  mesh = await startTestMesh();
  ada = await demoPerson(mesh, 'ada@florin.test');
  folder = mkdtempSync(join(tmpdir(), 'florin-connect-'));
});
afterAll(async () => {
  await ada?.mcp.close();
  await mesh?.stop();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

/** How a client that speaks stdio starts the bridge. */
function bridge(env: Record<string, string>) {
  const PATH = process.env.PATH ?? '';
  return {
    command: process.execPath,
    args: [program, mesh.mcp_url],
    env: { PATH, ...env },
    stderr: 'pipe' as const,
  };
}

/** As the person does it in the browser. */
async function grant({ environment }: Mesh, approval_id: string): Promise<void> {
  const sql = postgres(environment('identity').DATABASE_URL ?? '', { max: 1 });
  try {
    await sql`update approvals set decision = 'granted', decided_at = now()
      where approval_id = ${idToUuid(approval_id, 'apr')}`;
  } finally {
    await sql.end();
  }
}

// proves: stdio-bridge
describe('the bridge carries clients that speak stdio', () => {
  it.each(['2026-07-28', 'legacy'] as const)('of line 2.x, era %s', async (era) => {
    const mode = era === 'legacy' ? era : { pin: era };
    const client = new Client({ name: 'florin-tests', version: '1.0.0' }, { versionNegotiation: { mode } });
    await client.connect(new StdioClientTransport(bridge({ FLORIN_API_KEY: ada.access_token })));
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('list_accounts');
    const { structuredContent } = await client.callTool({ name: 'list_accounts', arguments: {} });
    expect(structuredContent).toMatchObject({ accounts: expect.any(Array) });
    const { contents } = await client.readResource({ uri: 'users://me/profile' });
    expect(JSON.stringify(contents)).toContain(ada.user_id);
    await expect(client.readResource({ uri: 'nothing://at/all' })).rejects.toThrow(
      'no resource of that form',
    );
    await client.close();
  });

  it('of line 1.x', async () => {
    const client = new OldClient({ name: 'florin-tests', version: '1.0.0' });
    await client.connect(new OldTransport(bridge({ FLORIN_API_KEY: ada.access_token })));
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('list_accounts');
    const result = await client.callTool({ name: 'list_accounts', arguments: {} });
    expect(result.structuredContent).toMatchObject({ accounts: expect.any(Array) });
    await client.close();
  });

  it('and asks the person for their approval by the client, in a session', async () => {
    const dev = await demoPerson(mesh, 'dev@florin.test');
    const client = new Client(
      { name: 'florin-tests', version: '1.0.0' },
      { versionNegotiation: { mode: 'legacy' }, capabilities: { elicitation: { url: {} } } },
    );
    const shown: string[] = [];
    client.setRequestHandler('elicitation/create', async ({ params }) => {
      const url = 'url' in params ? params.url : '';
      shown.push(url);
      await grant(mesh, /apr_\w+/.exec(url)?.[0] ?? '');
      return { action: 'accept' };
    });
    await client.connect(new StdioClientTransport(bridge({ FLORIN_API_KEY: dev.access_token })));
    const args = { name: 'Of the bridge', permissions: ['profile:read'] };
    const { structuredContent } = await client.callTool({ name: 'generate_api_key', arguments: args });
    expect(structuredContent).toMatchObject({ api_key: expect.any(String) });
    expect(shown).toHaveLength(1);
    await client.close();
    await dev.mcp.close();
  });

  it('and says so where the key is not good', async () => {
    const client = new Client(
      { name: 'florin-tests', version: '1.0.0' },
      { versionNegotiation: { mode: 'legacy' } },
    );
    const connecting = client.connect(new StdioClientTransport(bridge({ FLORIN_API_KEY: 'fln_nothing' })));
    await expect(connecting).rejects.toThrow('The credential was refused');
    await client.close();
  });
});

describe('the bridge signs a person in', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  it('in the browser, once; keeps what it got in a file of theirs alone; refreshes by itself', async () => {
    const opened = join(folder, 'opened');
    const opener = join(folder, 'browser');
    writeFileSync(
      opener,
      `#!/bin/sh\nprintf %s "$1" > '${opened}.part' && mv '${opened}.part' '${opened}'\n`,
    );
    chmodSync(opener, 0o755);
    const env = { XDG_CONFIG_HOME: join(folder, 'config'), BROWSER: opener };
    const start = async () => {
      const client = new Client(
        { name: 'florin-tests', version: '1.0.0' },
        { versionNegotiation: { mode: 'legacy' } },
      );
      await client.connect(new StdioClientTransport(bridge(env)));
      return client;
    };

    const starting = start();
    await until(() => expect(existsSync(opened)).toBe(true), { timeout: 15_000 });
    const context = await browser.newContext();
    await allowAs(ada, context, 'florin-connect')(readFileSync(opened, 'utf8'));
    await context.close();
    const first = await starting;
    const { structuredContent } = await first.callTool({ name: 'list_accounts', arguments: {} });
    expect(structuredContent).toMatchObject({ accounts: expect.any(Array) });
    await first.close();

    const kept = join(env.XDG_CONFIG_HOME, 'florin-connect');
    const [file = '', ...more] = readdirSync(kept);
    expect(more).toEqual([]);
    expect(statSync(kept).mode & 0o777).toBe(0o700);
    expect(statSync(join(kept, file)).mode & 0o777).toBe(0o600);

    // As after fifteen minutes: the access token is not good any more, the refresh token is.
    const stored = JSON.parse(readFileSync(join(kept, file), 'utf8'));
    const { refresh_token } = stored.tokens;
    writeFileSync(
      join(kept, file),
      JSON.stringify({ ...stored, tokens: { ...stored.tokens, access_token: 'old' } }),
    );
    rmSync(opened);
    const second = await start();
    expect((await second.listTools()).tools.length).toBeGreaterThan(0);
    await second.close();
    expect(existsSync(opened)).toBe(false);
    expect(JSON.parse(readFileSync(join(kept, file), 'utf8')).tokens.refresh_token).not.toBe(refresh_token);
  });
});
