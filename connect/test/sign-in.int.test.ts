import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GuardedServer, startGuardedServer } from './guarded-server.js';

let folder: string;
let program: string;
let server: GuardedServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'florin-connect-'));
  program = join(folder, 'main.mjs');
  const entry = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  await build({ entryPoints: [entry], outfile: program, bundle: true, platform: 'node', format: 'esm' });
  // A browser in which the person allows whatever they are asked.
  const browser = join(folder, 'browser');
  writeFileSync(browser, `#!${process.execPath}\nfetch(process.argv[2]);\n`);
  chmodSync(browser, 0o755);
  server = await startGuardedServer();
});
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A client that starts the bridge as a person's whose configuration lies in `home`. */
async function start(home: string, ...options: string[]): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'legacy' } });
  const env = { BROWSER: join(folder, 'browser'), XDG_CONFIG_HOME: join(folder, home) };
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [program, server.url, ...options],
      env,
      stderr: 'pipe',
    }),
  );
  return client;
}

const pay = (client: Client) => client.callTool({ name: 'pay', arguments: {} });

describe('the sign-in', () => {
  it('asks once, by PKCE and a state, and again where a call needs more than was allowed', async () => {
    const client = await start('ada');
    expect(server.asked).toHaveLength(1);
    const [first] = server.asked;
    expect(first?.get('code_challenge_method')).toBe('S256');
    expect(first?.get('state')).toHaveLength(32);
    expect(first?.get('resource')).toBe(server.url);
    expect(first?.get('scope')).toBe('read');
    expect((await pay(client)).content).toEqual([{ type: 'text', text: 'done' }]);
    expect(server.asked).toHaveLength(2);
    expect(server.asked[1]?.get('scope')?.split(' ').sort()).toEqual(['pay', 'read']);
    expect(server.registered).toHaveLength(1);
    await client.close();
  });

  it('is refreshed without the person, once for all calls that wait', async () => {
    const [asked, refreshed] = [server.asked.length, server.refreshed];
    const client = await start('ada');
    server.expire();
    await Promise.all([pay(client), pay(client), pay(client)]);
    expect([server.asked.length, server.refreshed]).toEqual([asked, refreshed + 1]);
    await client.close();
  });

  it('registers anew where the port that it came back to is taken', async () => {
    const { port } = new URL(server.asked[0]?.get('redirect_uri') ?? '');
    const other = createServer();
    await new Promise<void>((resolve) => void other.listen(Number(port), '127.0.0.1', () => resolve()));
    const client = await start('ada');
    server.expire();
    // Refreshing needs no port.
    await pay(client);
    expect(server.registered).toHaveLength(1);
    await client.close();
    const stranger = await start('ben');
    expect(server.registered).toHaveLength(2);
    await stranger.close();
    await new Promise((resolve) => other.close(resolve));
  });

  it('registers nothing where a metadata document describes the client', async () => {
    const before = server.registered.length;
    const document = 'https://florin.example/florin-connect.json';
    const client = await start('cleo', '--client-document', document);
    expect(server.asked.at(-1)?.get('client_id')).toBe(document);
    await client.close();
    const again = await start('cleo', '--client-document', document);
    await pay(again);
    await again.close();
    expect(server.registered).toHaveLength(before);
  });

  it.each(['file:///usr/bin/true', 'http://florin.example/authorize', 'ms-settings:privacy'])(
    'opens no %s, whatever the server says',
    async (page) => {
      server.page = page;
      const before = server.asked.length;
      await expect(start(`misled-${page.length}`)).rejects.toThrow(/no https address/);
      expect(server.asked).toHaveLength(before);
      server.page = undefined;
    },
  );
});
