import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send } from '../support/raw-http.js';
import { everything, startToyMesh, type ToyMesh } from '../support/toy-mesh.js';

let mesh: ToyMesh;

beforeAll(async () => {
  mesh = await startToyMesh();
});
afterAll(() => mesh?.stop());

const authorization = `Bearer ${everything}`;

async function call(
  name: string,
  args: unknown,
  headers: Record<string, string> = { authorization },
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${mesh.url}/v1/tools/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof args === 'string' ? args : JSON.stringify(args),
  });
  return { status: response.status, body: await response.json() };
}

describe('a request by REST', () => {
  const tool = '/v1/tools/say_hello';

  it.each([
    ['GET', tool, 'POST, OPTIONS'],
    ['HEAD', tool, 'POST, OPTIONS'],
    ['PUT', tool, 'POST, OPTIONS'],
    ['DELETE', '/v1/resources', 'GET, HEAD, OPTIONS'],
    ['POST', '/v1/resources', 'GET, HEAD, OPTIONS'],
  ])('by %s to %s is told what is allowed', async (method, path, allow) => {
    const response = await fetch(`${mesh.url}${path}`, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
  });

  it('is asked for beforehand by browsers, and comes from known origins alone', async () => {
    const ask = (origin: string) => fetch(`${mesh.url}${tool}`, { method: 'OPTIONS', headers: { origin } });
    const allowed = await ask('https://app.test');
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.test');
    expect(allowed.headers.get('access-control-allow-methods')).toContain('POST');
    expect((await ask('https://evil.test')).status).toBe(403);
    const host = await send(mesh.url, { path: tool, headers: [['Host', 'evil.test']] });
    expect(host.status).toBe(403);
  });

  it.each([
    ['text/plain', 415],
    ['application/json; charset=utf-16', 415],
    ['application/json-patch+json', 415],
    ['application/xml', 415],
    ['application/json, text/plain', 415],
    ['application/json;charset="UTF-8"', 200],
    ['APPLICATION/JSON ; charset=utf8;', 200],
  ])('may say %s: %i', async (type, status) => {
    expect((await call('say_hello', { name: 'Ada' }, { 'content-type': type })).status).toBe(status);
  });

  it('is not decompressed', async () => {
    const sent = await call('say_hello', { name: 'Ada' }, { 'content-encoding': 'gzip' });
    expect([sent.status, sent.body.reason]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
  });

  it.each([
    ['an array', '[]'],
    ['a text', '"text"'],
    ['null', 'null'],
    ['cut off', '{"name":'],
    ['no JSON', "{'name':'Ada'}"],
    ['nested without end', `{"name":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['nested too deep', `{"name":${'{"a":'.repeat(70)}1${'}'.repeat(70)}}`],
    ['a number beyond all numbers', '{"name":1e999}'],
    ['given another prototype', '{"name":"Ada","__proto__":{"name":"x"}}'],
    ['given another constructor', '{"constructor":{"prototype":{"x":1}},"name":"Ada"}'],
  ])('whose body is %s is refused', async (_what, body) => {
    const sent = await call('say_hello', body);
    expect([sent.status, sent.body.reason]).toEqual([400, 'INVALID_ARGUMENT']);
  });

  it('is read up to 1 MiB, in UTF-8, announced or not', async () => {
    expect((await call('add_note', { note: 'x'.repeat(1_050_000) })).status).toBe(413);
    const headers: [string, string][] = [
      ['Content-Type', 'application/json'],
      ['Transfer-Encoding', 'chunked'],
    ];
    const chunked = await send(mesh.url, { path: tool, headers, body: Buffer.alloc(1_100_000, 0x20) });
    expect(chunked.status).toBe(413);
    const latin = Buffer.from('{"name":"\xe4"}', 'latin1');
    const wrong = await send(mesh.url, { path: tool, headers: headers.slice(0, 1), body: latin });
    expect(wrong.status).toBe(400);
  });

  it.each(['Authorization', 'Idempotency-Key', 'Content-Type', 'Host'])(
    'with %s twice is refused: a proxy may have gone by the other one',
    async (name) => {
      const headers: [string, string][] = [
        ['Content-Type', 'application/json'],
        ['Host', 'gateway.test'],
        ['Authorization', authorization],
        ['Idempotency-Key', 'k'],
      ];
      const twice: [string, string][] = [...headers, ...headers.filter(([given]) => given === name)];
      const sent = await send(mesh.url, { path: '/v1/tools/pay', headers: twice, body: Buffer.from('{}') });
      expect([sent.status, sent.text]).toEqual([400, expect.stringMatching(/once|^$/)]);
    },
  );
});
