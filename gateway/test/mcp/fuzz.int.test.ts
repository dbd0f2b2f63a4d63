import { until } from '@florin/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerOf, callOf, post } from '../support/clients.js';
import { exchange, type RawExchange } from '../support/raw-exchange.js';
import { everything, only, startToyMesh, type ToyMesh, tokenFor } from '../support/toy-mesh.js';

let mesh: ToyMesh;
let port: number;
beforeAll(async () => {
  mesh = await startToyMesh();
  only(mesh).deps.gate = Promise.resolve();
  port = mesh.gateway.http_port;
});
afterAll(() => mesh?.stop());

const MODERN = '2026-07-28';
const envelope = {
  'io.modelcontextprotocol/protocolVersion': MODERN,
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'fuzz', version: '1' },
};
const authorization = `Bearer ${everything}`;

const methods = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('tools/call', 'tools/list', 'resources/read', 'prompts/get') },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'initialize',
      'ping',
      'server/discover',
      'completion/complete',
      'logging/setLevel',
      'resources/subscribe',
      'resources/templates/list',
      'subscriptions/listen',
      'notifications/cancelled',
      'notifications/initialized',
      'tasks/get',
      'sampling/createMessage',
      'rpc.discover',
      '__proto__',
      'constructor',
      '',
    ),
  },
  { weight: 1, arbitrary: fc.string() },
  { weight: 1, arbitrary: fc.constantFrom(null, 7, {}, ['tools/call']) },
);
const names = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'say_hello',
      'add_note',
      'pay',
      'get_mesh_status',
      'read_resource',
      'write_a_note',
    ),
  },
  fc.constantFrom('toString', '__proto__', 'hasOwnProperty', '', 'x'.repeat(5_000)),
  fc.string(),
);
const poison = fc.constantFrom(
  { constructor: { prototype: { polluted: true } } },
  JSON.parse('{"__proto__":{"polluted":true}}') as object,
);
const params = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record(
      {
        name: names,
        arguments: fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), poison, fc.jsonValue()),
        uri: fc.oneof(
          fc.constantFrom('notes://me/list', 'mesh://status', 'notes://%/list'),
          fc.webUrl(),
          fc.string(),
        ),
        cursor: fc.jsonValue(),
        ref: fc.jsonValue(),
        _meta: fc.oneof(fc.constant(envelope), fc.jsonValue(), poison),
        notifications: fc.jsonValue(),
        inputResponses: fc.jsonValue(),
        requestState: fc.jsonValue(),
      },
      { requiredKeys: ['name', 'uri'] },
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue() },
);
const ids = fc.oneof(
  { weight: 4, arbitrary: fc.integer() },
  fc.string(),
  fc.double(),
  fc.constantFrom(null, true, {}, [1], 2 ** 60),
);
const message = fc.record(
  { jsonrpc: fc.constantFrom('2.0', '2.0', '2.0', '1.0', 2), id: ids, method: methods, params },
  { requiredKeys: ['jsonrpc', 'id', 'method'] },
);
const body = fc.oneof(
  { weight: 12, arbitrary: message.map((value) => Buffer.from(JSON.stringify(value))) },
  {
    weight: 1,
    arbitrary: fc.array(message, { maxLength: 3 }).map((all) => Buffer.from(JSON.stringify(all))),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.json().map((text) => Buffer.from(text.slice(0, -1))) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 200_000 }).map((depth) =>
      Buffer.from(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add_note",
        "arguments":{"note":${'['.repeat(depth)}${']'.repeat(depth)}}}}`),
    ),
  },
);

interface Attempt {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer;
}

const headers = fc.record(
  {
    authorization: fc.constantFrom(
      authorization,
      authorization,
      'Bearer expired',
      `Bearer ${tokenFor()}`,
      'x',
    ),
    'content-type': fc.constantFrom(
      'application/json',
      'application/json',
      'text/plain',
      'application/json; x',
    ),
    accept: fc.constantFrom('application/json, text/event-stream', '*/*', 'text/html'),
    'mcp-protocol-version': fc.constantFrom(MODERN, '2025-11-25', '2025-03-26', '1999-01-01', ''),
    'mcp-method': fc.constantFrom('tools/call', 'TOOLS/CALL', 'ping'),
    'mcp-name': fc.constantFrom('add_note', 'pay', '=?base64?eA==?='),
    'mcp-session-id': fc.constantFrom('x', 'a.b.c'),
    'last-event-id': fc.constantFrom('1', ''),
    origin: fc.constantFrom('https://app.test', 'https://evil.test', 'null'),
    'content-encoding': fc.constantFrom('gzip', 'identity'),
  },
  { requiredKeys: ['authorization', 'content-type', 'accept'] },
);
const anything: fc.Arbitrary<Attempt> = fc.record({
  method: fc.oneof(
    { weight: 9, arbitrary: fc.constant('POST') },
    { weight: 1, arbitrary: fc.constantFrom('GET', 'DELETE', 'PUT', 'OPTIONS') },
  ),
  path: fc.oneof(
    { weight: 9, arbitrary: fc.constant('/mcp') },
    {
      weight: 1,
      arbitrary: fc.constantFrom('/mcp/public', '/mcp?access=write', '/mcp/messages/x', '/mcp/sse/x'),
    },
  ),
  headers,
  body,
});

/** A head in good order, so that what is wrong in the message comes to those who are to see it. */
function headed({ method, params: given }: { method?: unknown; params?: unknown }, modern: boolean) {
  const { name, uri } = (given ?? {}) as { name?: unknown; uri?: unknown };
  const target = method === 'resources/read' ? uri : name;
  return {
    authorization,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': modern ? MODERN : '2025-11-25',
    ...(modern && isHeader(method) && { 'mcp-method': method }),
    ...(modern && isHeader(target) && { 'mcp-name': target }),
  };
}

function isHeader(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]{1,1000}$/.test(value);
}

const wellHeaded: fc.Arbitrary<Attempt> = fc
  .record({ value: message, modern: fc.boolean(), enveloped: fc.nat(9) })
  .map(({ value, modern, enveloped }) => {
    const { params: given } = value;
    const isObject = typeof given === 'object' && given !== null && !Array.isArray(given);
    const full =
      modern && enveloped > 0 && isObject ? { ...value, params: { ...given, _meta: envelope } } : value;
    return {
      method: 'POST',
      path: '/mcp',
      headers: headed(full, modern),
      body: Buffer.from(JSON.stringify(full)),
    };
  });
const attempts = fc.oneof({ weight: 3, arbitrary: wellHeaded }, { weight: 1, arbitrary: anything });

function toBytes({ method, path, headers: given, body: content }: Attempt): Buffer {
  const all = { host: '127.0.0.1', ...given, connection: 'close', 'content-length': String(content.length) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`), content]);
}

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
