import fc from 'fast-check';
import { everything, tokenFor } from './toy-mesh.js';

export const MODERN = '2026-07-28';
export const envelope = {
  'io.modelcontextprotocol/protocolVersion': MODERN,
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'fuzz', version: '1' },
};
export const authorization = `Bearer ${everything}`;

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

/** One request to the gateway, right or wrong. */
export interface Attempt {
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
/** Requests to /mcp: most with a head in order and a message that may not be, some with anything. */
export const attempts = fc.oneof({ weight: 3, arbitrary: wellHeaded }, { weight: 1, arbitrary: anything });

/** As it goes over the wire. */
export function toBytes({ method, path, headers: given, body: content }: Attempt): Buffer {
  const all = { host: '127.0.0.1', ...given, connection: 'close', 'content-length': String(content.length) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`), content]);
}
