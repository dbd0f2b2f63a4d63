import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post } from '../support/clients.js';
import { everything, startToyMesh, type ToyMesh, tokenFor } from '../support/toy-mesh.js';

let mesh: ToyMesh;
beforeAll(async () => {
  mesh = await startToyMesh();
});
afterAll(() => mesh?.stop());

const MODERN = '2026-07-28';
const eras = [MODERN, '2025-11-25', '2025-06-18', '2025-03-26', undefined] as const;

interface Call {
  era: (typeof eras)[number];
  id: string | number;
  name: string;
  args: unknown;
  token: string | undefined;
  path: string;
}

/** Anything that a client may send as a tool call, right or wrong. */
const calls: fc.Arbitrary<Call> = fc.record({
  era: fc.constantFrom(...eras),
  id: fc.oneof(fc.string({ maxLength: 20 }), fc.maxSafeInteger()),
  name: fc.constantFrom('say_hello', 'pay', 'notes', 'no_such_tool', 'get_mesh_status', 'read_resource'),
  args: fc.oneof(
    fc.constantFrom(
      undefined,
      {},
      { name: 'Ada' },
      { name: 'Zoë "Ω"\n' },
      { name: 7 },
      { uri: 'notes://me/list' },
    ),
    fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }),
  ),
  token: fc.constantFrom(everything, tokenFor('profile:read'), 'expired', undefined),
  path: fc.constantFrom('/mcp', '/mcp', '/mcp/public'),
});

/** What comes back, save what names the request and what the clock says. */
async function answer(call: Call, path: 'short' | 'sdk'): Promise<string> {
  const { era, id, name, args, token } = call;
  const envelope = {
    'io.modelcontextprotocol/protocolVersion': MODERN,
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  };
  // A progress token is nothing to these tools, and all that keeps a call from the short path.
  const meta = { ...(era === MODERN && envelope), ...(path === 'sdk' && { progressToken: 'p' }) };
  const params = { name, ...(args !== undefined && { arguments: args }) };
  const body = {
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: Object.keys(meta).length > 0 ? { ...params, _meta: meta } : params,
  };
  const response = await post(`${mesh.url}${call.path}`, body, {
    'mcp-protocol-version': era,
    authorization: token && `Bearer ${token}`,
    ...(era === MODERN && { 'mcp-method': 'tools/call', 'mcp-name': name }),
  });
  const head = ['content-type', 'cache-control', 'x-accel-buffering', 'www-authenticate', 'vary'];
  const headers = head.map((header) => `${header}: ${response.headers.get(header)}`);
  const text = (await response.text())
    .replace(/req_[\w-]+/g, 'req_')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time');
  return [response.status, ...headers, text].join('\n');
}

describe('the short path', () => {
  it('answers every tool call as the SDK does', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(calls, async (call) => {
        expect(await answer(call, 'short')).toBe(await answer(call, 'sdk'));
      }),
      { numRuns: 2_000 },
    );
  });

  it('stops a read whose client has gone', async () => {
    const gone = new AbortController();
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${everything}`,
    };
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'read_slowly', arguments: {} },
    });
    const [toy] = Object.values(mesh.toys);
    const before = toy?.deps.begun ?? 0;
    const asked = fetch(`${mesh.url}/mcp`, { method: 'POST', headers, body, signal: gone.signal });
    await expect.poll(() => toy?.deps.begun, { timeout: 5_000 }).toBe(before + 1);
    gone.abort();
    await expect(asked).rejects.toThrow();
    await expect.poll(() => toy?.seen.at(-1)?.signal.aborted, { timeout: 5_000 }).toBe(true);
  });
});
