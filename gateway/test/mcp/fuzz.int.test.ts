import { until } from '@florin/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerOf, callOf, post } from '../support/clients.js';
import {
  type Attempt,
  attempts,
  authorization,
  envelope,
  MODERN,
  toBytes,
} from '../support/json-rpc-attempts.js';
import { exchange, type RawExchange } from '../support/raw-exchange.js';
import { only, startToyMesh, type ToyMesh } from '../support/toy-mesh.js';

let mesh: ToyMesh;
let port: number;
beforeAll(async () => {
  mesh = await startToyMesh();
  only(mesh).deps.gate = Promise.resolve();
  port = mesh.gateway.http_port;
});
afterAll(() => mesh?.stop());

/** The JSON of an answer, or of the first event of one. */
function jsonOf({ headers: head, text }: RawExchange): unknown {
  if (/^content-type: application\/json/im.test(head)) return JSON.parse(text);
  const [, data] = /^data: (\{.*\})$/m.exec(text) ?? [];
  return data === undefined ? undefined : JSON.parse(data);
}

/** Codes of JSON-RPC and of MCP 2026-07-28, with the one that the 2025 revisions have for a refused connection. */
const codes = new Set([-32700, -32600, -32601, -32602, -32603, -32020, -32021, -32022, -32000]);
/** What MCP, HTTP and RFC 6750 have for requests that are wrong. */
const statuses = new Set([200, 202, 204, 400, 401, 403, 404, 405, 406, 413, 415]);

interface RpcError {
  code: number;
  data?: { error?: { code?: string } };
}

function check(attempt: Attempt, answer: RawExchange): void {
  const told = `${answer.status} ${answer.text.slice(0, 300)}`;
  expect(statuses.has(answer.status), told).toBe(true);
  const json = jsonOf(answer) as { jsonrpc?: unknown; id?: unknown; error?: RpcError } | undefined;
  if (json !== undefined) {
    expect(json.jsonrpc, told).toBe('2.0');
    if (json.error !== undefined) expect(codes.has(json.error.code), told).toBe(true);
    // An internal error is never the client's doing; JSON-RPC has no other code for a state that a call does not fit.
    if (json.error?.code === -32603) expect(json.error.data?.error?.code, told).toBe('FAILED_PRECONDITION');
  }
  const { origin } = attempt.headers;
  if (origin !== undefined && origin !== 'https://app.test') expect(answer.status, told).toBe(403);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
}

async function metric(name: string): Promise<number[]> {
  const text = await (await fetch(`${mesh.url}/metrics`, { headers: { connection: 'close' } })).text();
  return text.split('\n').flatMap((line) => (line.startsWith(name) ? [Number(line.split(' ').at(-1))] : []));
}

const sockets = () => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;

// proves: bad-json-rpc
describe('whatever is sent to /mcp', () => {
  it('is answered as the standard has it, and leaves nothing behind', { timeout: 240_000 }, async () => {
    const before = sockets();
    await fc.assert(
      fc.asyncProperty(attempts, async (attempt) => check(attempt, await exchange(port, toBytes(attempt)))),
      { numRuns: 1_500 },
    );
    await until(async () => expect(await metric('florin_mesh_calls{')).toEqual([0, 0]));
    await until(() => expect(sockets()).toBeLessThanOrEqual(before));
    expect((await post(`${mesh.url}/mcp`, callOf('get_mesh_status'), { authorization })).status).toBe(200);
  });

  it('is forgotten where the client goes in the middle of it, or ends its side', {
    timeout: 120_000,
  }, async () => {
    const before = sockets();
    const cuts = fc.record({ attempt: attempts, share: fc.double({ min: 0, max: 1, noNaN: true }) });
    await fc.assert(
      fc.asyncProperty(cuts, fc.constantFrom('end', 'go'), async ({ attempt, share }, then) => {
        const bytes = toBytes(attempt);
        const { status } = await exchange(port, bytes.subarray(0, Math.floor(bytes.length * share)), then);
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 300 },
    );
    await until(async () => expect(await metric('florin_mesh_calls{')).toEqual([0, 0]));
    await until(() => expect(sockets()).toBeLessThanOrEqual(before));
    expect((await post(`${mesh.url}/mcp`, callOf('get_mesh_status'), { authorization })).status).toBe(200);
  });

  it('is refused where Host names another server', async () => {
    for (const host of ['evil.test', 'gateway.test.evil.test', '127.0.0.1.evil.test', '[::2]', 'a b', '']) {
      const bytes = toBytes({
        method: 'POST',
        path: '/mcp',
        headers: { host, authorization, 'content-type': 'application/json' },
        body: Buffer.from(JSON.stringify(callOf('get_mesh_status'))),
      });
      expect((await exchange(port, bytes)).status).toSatisfy((status) => status === 403 || status === 400);
    }
  });

  it.each([
    ['with its length', false],
    ['in chunks', true],
  ])('is refused above a mebibyte, sent %s', async (_what, chunked) => {
    const content = Buffer.alloc(1024 * 1024 + 1, ' ');
    const length = chunked ? 'transfer-encoding: chunked' : `content-length: ${content.length}`;
    const head = `POST /mcp HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: ${authorization}\r\ncontent-type: application/json\r\n`;
    const size = chunked ? `${content.length.toString(16)}\r\n` : '';
    const bytes = Buffer.concat([Buffer.from(`${head}${length}\r\n\r\n${size}`), content]);
    expect(await exchange(port, bytes)).toMatchObject({ status: 413 });
  });

  it.each(['2025-11-25', MODERN])(
    'under one id at once is answered each for itself, in %s',
    async (version) => {
      const modern = version === MODERN;
      const asked = Array.from({ length: 30 }, (_, index) => `friend ${index}`);
      const greetings = await Promise.all(
        asked.map(async (name) => {
          const call = callOf('say_hello', { name }, 'the same');
          const sent = modern ? { ...call, params: { ...call.params, _meta: envelope } } : call;
          const response = await post(`${mesh.url}/mcp`, sent, {
            authorization,
            'mcp-protocol-version': version,
            ...(modern && { 'mcp-method': 'tools/call', 'mcp-name': 'say_hello' }),
          });
          const { id, result } = await answerOf(response);
          expect(id).toBe('the same');
          return result?.structuredContent;
        }),
      );
      expect(greetings).toEqual(asked.map((name) => ({ greeting: `Hello ${name}` })));
    },
  );
});
