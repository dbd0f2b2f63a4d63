import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerOf, callOf, post } from './support/clients.js';
import { everything, only, startToyMesh, type ToyMesh, tokenFor } from './support/toy-mesh.js';

let mesh: ToyMesh;
let url: string;

beforeAll(async () => {
  mesh = await startToyMesh();
  url = `${mesh.url}/mcp`;
});
afterAll(() => mesh?.stop());

const authorization = `Bearer ${everything}`;
const metadata = 'resource_metadata="http://gateway.test/.well-known/oauth-protected-resource/mcp"';
const list = { jsonrpc: '2.0', id: 7, method: 'tools/list' };

/** With headers that fetch does not let one set. */
function rawPost(
  headers: Record<string, string>,
  body: string | Buffer,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

// proves: public-without-token
describe('without a credential', () => {
  it('everything is challenged, with the place of the metadata and no error code', async () => {
    const response = await post(url, list);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(`Bearer ${metadata}`);
    expect(await answerOf(response)).toMatchObject({
      id: 7,
      error: { code: -32600, data: { error: { reason: 'UNAUTHENTICATED', request_id: expect.any(String) } } },
    });
  });

  it('a public operation is called, even where a stale token is sent along', async () => {
    for (const header of [undefined, 'Bearer expired']) {
      const response = await post(url, callOf('say_hello', { name: 'Ada' }), { authorization: header });
      const { result } = await answerOf(response);
      expect(result?.structuredContent).toEqual({ greeting: 'Hello Ada' });
    }
    expect(only(mesh).seen.at(-1)?.mesh_token).toBe('');
  });

  it('an operation that is not public, or does not exist, is challenged', async () => {
    expect((await post(url, callOf('add_note', { note: 'milk' }))).status).toBe(401);
    expect((await post(url, callOf('no_such_tool'))).status).toBe(401);
    expect((await post(url, callOf('get_mesh_status'))).status).toBe(401);
  });

  it('/mcp/public serves the public operations alone', async () => {
    const listed = await answerOf(await post(`${url}/public`, list));
    expect(listed.result?.tools).toMatchObject([{ name: 'say_hello' }]);
    const called = await answerOf(await post(`${url}/public`, callOf('say_hello', { name: 'Ada' })));
    expect(called.result?.structuredContent).toEqual({ greeting: 'Hello Ada' });
    const refused = await answerOf(
      await post(`${url}/public`, callOf('add_note', { note: 'x' }), { authorization }),
    );
    expect(refused.error).toMatchObject({ code: -32602, data: { error: { reason: 'UNKNOWN_TOOL' } } });
    const other = await post(`${url}/public`, { ...list, method: 'resources/list' });
    expect(other.status).toBe(404);
  });
});

describe('a token', () => {
  it.each(['expired', 'forged'])('that is %s is challenged as invalid', async (token) => {
    const response = await post(url, list, { authorization: `Bearer ${token}` });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
    expect(response.headers.get('www-authenticate')).toContain(metadata);
  });

  it('is taken from the header alone', async () => {
    expect((await post(`${url}?access_token=${everything}`, list)).status).toBe(401);
    const response = await post(url, list, { authorization: `Basic ${everything}` });
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  it.each([
    ['a tool', 'tools/call', { name: 'pay', arguments: { idempotency_key: 'k' } }, 'payments:write'],
    ['a resource', 'resources/read', { uri: 'notes://me/list' }, 'profile:read'],
    [
      'a resource by tool',
      'tools/call',
      { name: 'read_resource', arguments: { uri: 'notes://me/list' } },
      'profile:read',
    ],
    ['a prompt', 'prompts/get', { name: 'write_a_note', arguments: { about: 'x' } }, 'profile:write'],
  ])('that lacks the scope of %s is told which, by 403', async (_what, method, params, scope) => {
    const sent = { jsonrpc: '2.0', id: 1, method, params };
    const response = await post(url, sent, { authorization: `Bearer ${tokenFor('billing:read')}` });
    expect(response.status).toBe(403);
    const challenge = response.headers.get('www-authenticate');
    expect(challenge).toContain('error="insufficient_scope"');
    expect(challenge).toContain(`scope="${scope}"`);
    expect(challenge).toContain(metadata);
  });

  it('is exchanged once, however many calls come with it at once', async () => {
    const before = mesh.identity.exchanges.length;
    const fresh = { authorization: `Bearer ${tokenFor('profile:read', 'audit:read')}` };
    const responses = await Promise.all(Array.from({ length: 10 }, () => post(url, list, fresh)));
    expect(responses.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(mesh.identity.exchanges.length - before).toBe(1);
  });
});

describe('the head of a request', () => {
  it('must name this server in Host', async () => {
    const headers = { 'content-type': 'application/json', authorization, host: 'evil.test' };
    const { status, text } = await rawPost(headers, JSON.stringify(list));
    expect(status).toBe(403);
    expect(text).toContain('PERMISSION_DENIED');
    const own = { ...headers, host: 'gateway.test:1234', accept: 'application/json, text/event-stream' };
    expect((await rawPost(own, JSON.stringify(list))).status).toBe(200);
  });

  it.each(['https://evil.test', 'null', 'https://app.test.evil.test'])(
    'must not come from a page of %s',
    async (origin) => {
      const response = await post(url, list, { authorization, origin });
      expect(response.status).toBe(403);
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
    },
  );

  it('may come from a page of a configured origin, which may read the challenge', async () => {
    const response = await post(url, list, { origin: 'https://app.test' });
    expect(response.status).toBe(401);
    expect(response.headers.get('access-control-allow-origin')).toBe('https://app.test');
    expect(response.headers.get('access-control-expose-headers')).toContain('WWW-Authenticate');
    expect(response.headers.get('vary')).toBe('Origin');
  });

  it('is asked for beforehand by browsers', async () => {
    const ask = (origin: string) => fetch(url, { method: 'OPTIONS', headers: { origin } });
    const allowed = await ask('https://app.test');
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-headers')).toContain('Authorization');
    expect((await ask('https://evil.test')).status).toBe(403);
  });

  it('by a method that is not served is answered 405', async () => {
    const by = (method: string, path = '') => fetch(url + path, { method, headers: { authorization } });
    const put = await by('PUT');
    expect(put.status).toBe(405);
    expect(put.headers.get('allow')).toBe('GET, POST, DELETE, OPTIONS');
    for (const method of ['GET', 'DELETE']) {
      const response = await by(method, '/public');
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('POST, OPTIONS');
    }
  });

  it('that ends a session has to name one', async () => {
    expect((await fetch(url, { method: 'DELETE', headers: { authorization } })).status).toBe(400);
  });

  it('must say application/json', async () => {
    expect((await post(url, list, { authorization, 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post(url, list, { authorization, 'content-encoding': 'gzip' })).status).toBe(415);
  });

  it('is checked by the rules of 2026-07-28 where it claims that revision', async () => {
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
      'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
    };
    const sent = { ...list, params: { _meta } };
    const version = { authorization, 'mcp-protocol-version': '2026-07-28' };
    const right = await post(url, sent, { ...version, 'mcp-method': 'tools/list' });
    expect((await answerOf(right)).result).toMatchObject({ ttlMs: 60_000, cacheScope: 'private' });
    const wrong = await post(url, sent, { ...version, 'mcp-method': 'tools/call' });
    expect(wrong.status).toBe(400);
    expect((await answerOf(wrong)).error?.code).toBe(-32020);
  });
});

describe('the body of a request', () => {
  it.each([
    ['no JSON', '{"jsonrpc":', -32700],
    ['a batch', [list, list], -32600],
    ['an empty batch', [], -32600],
    ['no object', '42', -32600],
    ['nothing', '', -32700],
  ])('that is %s is refused', async (_what, body, code) => {
    const response = await post(url, body, { authorization });
    expect(response.status).toBe(400);
    expect(await answerOf(response)).toMatchObject({ id: null, error: { code } });
  });

  it('that is not UTF-8 is refused', async () => {
    const headers = { authorization, 'content-type': 'application/json' };
    const { status, text } = await rawPost(headers, Buffer.from('{"method":"\xff"}', 'latin1'));
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ error: { code: -32700 } });
  });

  it.each([
    ['tools/call', {}],
    ['tools/call', { name: 7 }],
    ['resources/read', { uri: '' }],
    ['resources/read', { uri: `notes://${'x'.repeat(5_000)}/list` }],
    ['prompts/get', undefined],
    ['completion/complete', { ref: 'notes' }],
  ])('that names nothing to %s is refused', async (method, params) => {
    const response = await post(url, { jsonrpc: '2.0', id: 'a', method, params }, { authorization });
    expect(await answerOf(response)).toMatchObject({ id: 'a', error: { code: -32602 } });
  });

  it('is read up to 1 MiB, announced or not', async () => {
    const large = JSON.stringify(callOf('add_note', { note: 'x'.repeat(1_050_000) }));
    expect((await post(url, large, { authorization })).status).toBe(413);
    const headers = { authorization, 'content-type': 'application/json', 'transfer-encoding': 'chunked' };
    expect((await rawPost(headers, large)).status).toBe(413);
  });

  it('may be nearly 1 MiB', async () => {
    const note = 'x'.repeat(900_000);
    const response = await post(url, callOf('add_note', { note }), { authorization });
    expect((await answerOf(response)).result?.isError).toBeUndefined();
    expect(only(mesh).deps.notes.at(-1)).toHaveLength(900_000);
    only(mesh).deps.notes.length = 0;
  });

  it('may be nested deeply, or have names of prototypes, without harm', async () => {
    const deep = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add_note","arguments":${'['.repeat(200_000)}${']'.repeat(200_000)}}}`;
    expect((await post(url, deep, { authorization })).status).toBeGreaterThanOrEqual(400);
    const named =
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"__proto__","arguments":{"__proto__":{"x":1}}}}';
    expect((await answerOf(await post(url, named, { authorization }))).error?.code).toBe(-32602);
    expect((await post(url, list, { authorization })).status).toBe(200);
  });

  it('may ask for nothing that is not served', async () => {
    const unknown = await post(url, { ...list, method: 'no/such' }, { authorization });
    expect((await answerOf(unknown)).error?.code).toBe(-32601);
    const listen = await post(url, { ...list, method: 'subscriptions/listen' }, { authorization });
    expect((await answerOf(listen)).error?.code).toBe(-32601);
  });
});

describe('a request', () => {
  it('has one id, given or made, from the client to the service and in errors', async () => {
    const given = await post(url, callOf('add_note', {}), { authorization, 'x-request-id': 'req-12345678' });
    expect(given.headers.get('x-request-id')).toBe('req-12345678');
    const { result } = await answerOf(given);
    expect(result?.structuredContent).toMatchObject({ error: { request_id: 'req-12345678' } });
    expect(only(mesh).seen.at(-1)?.request_id).toBe('req-12345678');
    const made = await post(url, list, { authorization });
    expect(made.headers.get('x-request-id')).toMatch(/^req_/);
  });

  it('hands its trace on, from the header or from _meta', async () => {
    const trace = (byte: string) => `00-${byte.repeat(16)}-${byte.repeat(8)}-01`;
    const call = callOf('say_hello', { name: 'Ada' });
    await post(url, call, { traceparent: trace('ab') });
    expect(only(mesh).seen.at(-1)?.traceparent).toBe(trace('ab'));
    const _meta = { traceparent: trace('cd') };
    await post(url, { ...call, params: { ...call.params, _meta } }, { traceparent: trace('ab') });
    expect(only(mesh).seen.at(-1)?.traceparent).toBe(trace('cd'));
    await post(url, call, { traceparent: 'nonsense' });
    expect(only(mesh).seen.at(-1)?.traceparent).toBe('');
  });
});
