import { connect as connectSocket } from 'node:net';
import { until } from '@florin/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerOf, post } from '../support/clients.js';
import { everything, startToyMesh, type ToyMesh, tokenFor } from '../support/toy-mesh.js';

let mesh: ToyMesh;
let url: string;
beforeAll(async () => {
  mesh = await startToyMesh();
  url = `${mesh.url}/mcp`;
});
afterAll(() => mesh?.stop());

const MODERN = '2026-07-28';
const bearer = (token = everything) => ({ authorization: `Bearer ${token}` });
const envelope = {
  'io.modelcontextprotocol/protocolVersion': MODERN,
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
};
const ask = (method: string, path = '') =>
  post(
    url + path,
    { jsonrpc: '2.0', id: 1, method, params: { _meta: envelope } },
    { ...bearer(), 'mcp-protocol-version': MODERN, 'mcp-method': method },
  );

describe('a revision that there is none of', () => {
  it.each(['GET', 'DELETE'])('is refused for %s as well', async (method) => {
    const headers = { ...bearer(), accept: 'text/event-stream', 'mcp-protocol-version': '1999-01-01' };
    expect((await fetch(url, { method, headers })).status).toBe(400);
  });

  it('is refused for what needs no answer', async () => {
    const headers = { ...bearer(), 'mcp-protocol-version': '1999-01-01' };
    const cancelled = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } };
    const answer = { jsonrpc: '2.0', id: 1, result: {} };
    for (const body of [cancelled, answer]) {
      expect((await post(url, body, { ...headers, 'mcp-protocol-version': '1999-01-01' })).status).toBe(400);
      expect((await post(url, body, { ...headers, 'mcp-protocol-version': '2025-11-25' })).status).toBe(202);
    }
  });
});

describe('2026-07-28', () => {
  it.each(['GET', 'DELETE'])('has nothing for %s', async (method) => {
    const headers = { ...bearer(), accept: 'text/event-stream', 'mcp-protocol-version': MODERN };
    const response = await fetch(url, { method, headers });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST, OPTIONS');
  });

  it('takes no responses from clients', async () => {
    const answer = { jsonrpc: '2.0', id: 1, result: {} };
    const response = await post(url, answer, { ...bearer(), 'mcp-protocol-version': MODERN });
    expect(response.status).toBe(400);
    expect((await answerOf(response)).error?.code).toBe(-32600);
  });

  it.each(['no/such', 'constructor', 'toString'])('has no method %s', async (method) => {
    const response = await ask(method);
    expect(response.status).toBe(404);
    expect((await answerOf(response)).error?.code).toBe(-32601);
  });
});

it('a cancellation that has an id is a request, and answered', async () => {
  const asked = { jsonrpc: '2.0', id: 5, method: 'notifications/cancelled', params: { requestId: 1 } };
  expect(await answerOf(await post(url, asked, bearer()))).toMatchObject({ id: 5, error: { code: -32601 } });
});

it('nobody is promised what is not served without sign-in', async () => {
  const { result } = await answerOf(await ask('server/discover', '/public'));
  expect(result?.capabilities).toEqual({ tools: {} });
  const clientInfo = { name: 'test', version: '1' };
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
  const begun = await post(`${url}/public`, { jsonrpc: '2.0', id: 1, method: 'initialize', params });
  expect((await answerOf(begun)).result?.capabilities).toEqual({ tools: {} });
});

it('a client that leaves while it is admitted leaves no stream behind', { timeout: 30_000 }, async () => {
  const { port } = new URL(url);
  const before = mesh.identity.exchanges.length;
  const comeAndGo = (count: number) => {
    // Another credential each time, of the same client: each has to be asked for at identity.
    const token = tokenFor('profile:read', 'client:hasty', `time:${count}`);
    const socket = connectSocket({ host: '127.0.0.1', port: Number(port) });
    socket.on('error', () => undefined);
    const head = ['GET /mcp HTTP/1.1', 'Host: 127.0.0.1', 'Accept: text/event-stream'];
    socket.write(`${[...head, `Authorization: Bearer ${token}`].join('\r\n')}\r\n\r\n`, () =>
      socket.destroy(),
    );
  };
  for (let count = 0; count < 70; count += 1) comeAndGo(count);
  await until(() => expect(mesh.identity.exchanges.length).toBe(before + 70));
  const response = await fetch(url, {
    headers: { ...bearer(tokenFor('profile:read', 'client:hasty')), accept: 'text/event-stream' },
  });
  expect(response.status).toBe(200);
  await response.body?.cancel();
});
