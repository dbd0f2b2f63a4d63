import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '@florin/testkit';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type SessionServer, startSessionServer } from './session-server.js';

let folder: string;
let program: string;
let server: SessionServer;
let client: Client;
let transport: StdioClientTransport;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'florin-connect-'));
  program = join(folder, 'main.mjs');
  const entry = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  await build({ entryPoints: [entry], outfile: program, bundle: true, platform: 'node', format: 'esm' });
  server = await startSessionServer();
});
afterAll(async () => {
  await client?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  await client?.close();
  client = new Client(
    { name: 'test', version: '1' },
    { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode: 'legacy' } },
  );
  client.setRequestHandler('elicitation/create', async () => ({
    action: 'accept',
    content: { colour: 'green' },
  }));
  transport = new StdioClientTransport({
    command: process.execPath,
    args: [program, server.url],
    env: { FLORIN_API_KEY: 'key' },
    stderr: 'pipe',
  });
  await client.connect(transport);
});

const textOf = async (name: string, options = {}) => {
  const { content } = await client.callTool({ name, arguments: {} }, options);
  return content[0]?.type === 'text' ? content[0].text : '';
};

describe('the bridge, as a program', () => {
  it('carries what the server asks of the client, and the answer', async () => {
    expect(await textOf('ask')).toBe('accept: green');
  });

  it('carries progress', async () => {
    const seen: number[] = [];
    const onprogress = ({ progress }: { progress: number }) => void seen.push(progress);
    expect(await textOf('count', { onprogress })).toBe('counted');
    expect(seen).toEqual([1, 2, 3]);
  });

  it('carries cancellation', async () => {
    const stop = new AbortController();
    const before = server.cancelled.length;
    const waiting = textOf('wait', { signal: stop.signal });
    waiting.catch(() => undefined);
    // A call after it on the same pipe: when that is answered, the first has been read.
    await textOf('count');
    stop.abort('enough');
    await expect(waiting).rejects.toThrow('enough');
    await until(() => expect(server.cancelled.length).toBe(before + 1));
  });

  it('goes on after the server was started again, in another session', async () => {
    const { sessions } = server;
    await server.restart();
    expect(await textOf('ask')).toBe('accept: green');
    expect(server.sessions).toBe(sessions + 1);
  });

  // proves: bridge-hears-again
  it('hears the server again after it was away for long', { timeout: 60_000 }, async () => {
    let heard = 0;
    client.setNotificationHandler('notifications/tools/list_changed', () => {
      heard += 1;
    });
    const hearing = async () => {
      const before = heard;
      await until(
        async () => {
          await server.tell();
          expect(heard).toBeGreaterThan(before);
        },
        { timeout: 30_000 },
      );
    };
    await hearing();
    let told = '';
    transport.stderr?.on('data', (chunk) => {
      told += chunk;
    });
    // Before that the transport still tries by itself.
    const givenUp = () => until(() => expect(told).toContain('Maximum reconnection'), { timeout: 20_000 });
    await server.restart(givenUp);
    await hearing();
  });

  it('writes nothing but JSON-RPC to stdout, whatever it reads', async () => {
    const env = { PATH: process.env.PATH, FLORIN_API_KEY: 'key' };
    const child = spawn(process.execPath, [program, server.url], { env });
    let out = '';
    let told = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      told += chunk;
    });
    const clientInfo = { name: 'test', version: '1' };
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
    const lines = [
      'garbage',
      '{"jsonrpc":"2.0"}',
      '[]',
      JSON.stringify({ jsonrpc: '2.0', id: 'a', method: 'no/such' }),
    ];
    child.stdin.write(`${lines.join('\n')}\n`);
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 'b', method: 'initialize', params })}\n`);
    await until(() => expect(out).toContain('"id":"b"'));
    for (const line of out.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' });
    expect(told).toContain('florin-connect: ');
    expect(out + told).not.toContain('FLORIN_API_KEY');
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.stdin.end();
    expect(await ended).toBe(0);
  });

  it('ends when the client does', async () => {
    const { pid } = transport;
    await client.close();
    await until(() => expect(() => process.kill(pid ?? 0, 0)).toThrow('ESRCH'));
  });
});
