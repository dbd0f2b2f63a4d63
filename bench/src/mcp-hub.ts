import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { NOOP_TOOL } from './noop-service.js';
import { unusedPort } from './unused-port.js';

const VERSION = '4.2.1';
const READY_MS = 30_000;
const PROTOCOL = '2025-03-26';

/** Another aggregator, with the no-op tools behind it by stdio. It serves its clients by HTTP+SSE alone. */
export interface McpHub {
  pid: number;
  connect(): Promise<HubClient>;
  stop(): void;
}

export interface HubClient {
  /** Calls the no-op tool, and waits for the answer on the stream. */
  call(): Promise<void>;
  close(): void;
}

/** @throws Error where it cannot be installed, or does not come up */
export async function startMcpHub(tools: number): Promise<McpHub> {
  const folder = mkdtempSync(join(tmpdir(), 'florin-mcp-hub-'));
  const packageArgs = ['install', '--no-save', '--prefix', folder, `mcp-hub@${VERSION}`];
  await promisify(execFile)('npm', packageArgs);
  const config = join(folder, 'config.json');
  const args = [fileURLToPath(import.meta.url), 'serve-noop-mcp', String(tools)];
  writeFileSync(config, JSON.stringify({ mcpServers: { noop: { command: process.execPath, args } } }));
  const port = await unusedPort();
  const cli = join(folder, 'node_modules/mcp-hub/dist/cli.js');
  const hub = spawn(process.execPath, [cli, '--port', String(port), '--config', config], {
    stdio: 'ignore',
    // It keeps logs and a list of servers in the home of whoever runs it.
    env: {
      ...process.env,
      HOME: folder,
      XDG_STATE_HOME: folder,
      XDG_DATA_HOME: folder,
      XDG_CACHE_HOME: folder,
    },
  });
  const stop = () => {
    hub.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const url = `http://127.0.0.1:${port}`;
    await untilReady(url, hub);
    return { pid: hub.pid ?? 0, connect: () => connect(url), stop };
  } catch (error) {
    stop();
    throw error;
  }
}

async function untilReady(url: string, hub: ChildProcess): Promise<void> {
  const until_ms = performance.now() + READY_MS;
  while (performance.now() < until_ms && hub.exitCode === null) {
    const response = await fetch(`${url}/api/health`).catch(() => undefined);
    if (response?.ok && (await response.text()).includes('"connected"')) return;
    await sleep(100);
  }
  throw new Error('mcp-hub did not become ready');
}

async function connect(url: string): Promise<HubClient> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const stream = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${url}/mcp`, { headers: { accept: 'text/event-stream' } }, resolve).on('error', reject);
  });
  const waiting = new Map<number, (data: string) => void>();
  const endpoint = new Promise<string>((resolve) => {
    createInterface({ input: stream }).on('line', (line) => {
      if (line.startsWith('data: /')) return resolve(line.slice('data: '.length));
      const [, id] = /^data: .*"id":(\d+)/.exec(line) ?? [];
      const answered = waiting.get(Number(id));
      waiting.delete(Number(id));
      answered?.(line);
    });
  });
  const messages = `${url}${await endpoint}`;
  let last = 0;
  const ask = (method: string, params: object) =>
    new Promise<string>((resolve, reject) => {
      const id = ++last;
      waiting.set(id, (data) =>
        data.includes('"error"') || data.includes('"isError":true') ? reject(new Error(data)) : resolve(data),
      );
      send(messages, agent, { jsonrpc: '2.0', id, method, params }).catch(reject);
    });
  const clientInfo = { name: 'bench', version: '1.0.0' };
  await ask('initialize', { protocolVersion: PROTOCOL, capabilities: {}, clientInfo });
  await send(messages, agent, { jsonrpc: '2.0', method: 'notifications/initialized' });
  // It puts the name of the server before the name of each tool.
  const [, name] = new RegExp(`"name":"([^"]*${NOOP_TOOL})"`).exec(await ask('tools/list', {})) ?? [];
  if (name === undefined) throw new Error('mcp-hub does not list the no-op tool');
  return {
    async call() {
      await ask('tools/call', { name, arguments: {} });
    },
    close() {
      stream.destroy();
      agent.destroy();
    },
  };
}

function send(url: string, agent: Agent, message: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () =>
        response.statusCode === 202 ? resolve() : reject(new Error(`mcp-hub: ${response.statusCode}`)),
      );
    });
    sent.on('error', reject);
    sent.end(JSON.stringify(message));
  });
}
