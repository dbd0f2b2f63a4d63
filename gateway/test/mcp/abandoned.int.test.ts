import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { connect as connectSocket, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { until } from '@florin/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callOf, post } from '../support/clients.js';
import { everything, startToyMesh, type ToyMesh } from '../support/toy-mesh.js';

let mesh: ToyMesh;
let url: string;
beforeAll(async () => {
  mesh = await startToyMesh(undefined, { CALL_TIMEOUT_MS: '2000' });
  url = `${mesh.url}/mcp`;
});
afterAll(() => mesh?.stop());

const headers = { authorization: `Bearer ${everything}` };
setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

async function heapAfter(work: () => Promise<void>): Promise<number> {
  await work();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** A client that initializes, calls once, opens a stream and is never heard of again. */
async function abandonSession(): Promise<void> {
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: { elicitation: { url: {} }, sampling: {} },
    clientInfo: { name: 'test', version: '1' },
  };
  const begun = await post(url, { jsonrpc: '2.0', id: 0, method: 'initialize', params }, headers);
  await begun.text();
  const session = { ...headers, 'mcp-session-id': begun.headers.get('mcp-session-id') ?? '' };
  await (await post(url, callOf('get_mesh_status'), session)).text();
  const gone = new AbortController();
  await fetch(url, { headers: { ...session, accept: 'text/event-stream' }, signal: gone.signal });
  gone.abort();
}

async function abandon(count: number): Promise<void> {
  for (let done = 0; done < count; done += 10) await Promise.all(Array.from({ length: 10 }, abandonSession));
}

describe('abandoned sessions', () => {
  // proves: abandoned-sessions
  it('leave no memory behind', { timeout: 120_000 }, async () => {
    await abandon(300);
    const growths: number[] = [];
    let before = await heapAfter(() => abandon(200));
    for (let round = 0; round < 3; round += 1) {
      const after = await heapAfter(() => abandon(200));
      growths.push(after - before);
      before = after;
    }
    // The rounds differ by what else the process does. Whoever keeps a server for each session keeps fifty times as much.
    expect(Math.min(...growths)).toBeLessThan(200 * 1_000);
  });
});

describe('a client that does not read its stream', () => {
  beforeAll(async () => {
    await (await post(url, callOf('add_note', { note: 'x'.repeat(50_000) }), headers)).text();
  });

  /** A stream of HTTP+SSE that nobody reads, with long answers to come. */
  async function openUnread(client_id: string) {
    const { port } = new URL(mesh.url);
    const socket: Socket = connectSocket({ host: '127.0.0.1', port: Number(port) });
    const lines = [
      `GET /mcp/sse/${client_id} HTTP/1.1`,
      'Host: 127.0.0.1',
      `Authorization: ${headers.authorization}`,
    ];
    socket.write(`${[...lines, 'Accept: text/event-stream'].join('\r\n')}\r\n\r\n`);
    socket.once('error', () => undefined);
    socket.pause();
    const read = { jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri: 'notes://me/list' } };
    const ask = async () => (await post(`${url}/messages/${client_id}`, read, headers)).status;
    await until(async () => expect(await ask()).toBe(202));
    return { socket, ask };
  }

  it('is cut off as well where it leaves little unread, for long', { timeout: 180_000 }, async () => {
    const accepted: Socket[] = [];
    const accept = (message: unknown) => void accepted.push((message as { socket: Socket }).socket);
    subscribe('net.server.socket', accept);
    const { socket, ask } = await openUnread('lazy');
    unsubscribe('net.server.socket', accept);
    const end = accepted.find(({ remotePort }) => remotePort === socket.localPort);
    await until(
      async () => {
        await ask();
        expect(end?.writableLength).toBeGreaterThan(0);
      },
      { timeout: 50_000 },
    );
    // Node looks twice whether anything has moved.
    await until(() => expect(end?.destroyed).toBe(true), { timeout: 120_000 });
    expect(await ask()).toBe(404);
    socket.destroy();
  });

  it('is cut off, and what waits for it is dropped', { timeout: 60_000 }, async () => {
    const { socket, ask } = await openUnread('slow');
    const twenty = () => Promise.all(Array.from({ length: 20 }, ask));
    await until(async () => expect(await twenty()).toContain(404), { timeout: 50_000 });
    socket.destroy();
  });
});
