import { approvalOutput, approvalRequired, defineOperation, type Offer } from '@florin/chassis';
import { fault } from '@florin/faults';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { everything, only, startToyMesh, type ToyMesh, tokenFor } from '../support/toy-mesh.js';
import { type ToyDeps, toyOffer } from '../support/toy-service.js';

const approval = {
  approval_id: 'apr_01jd5c3k8qf6t9w2x4y7z0a1b2',
  approval_url: 'https://id.test/approvals/apr_01jd5c3k8qf6t9w2x4y7z0a1b2',
  expires_at: '2026-11-02T09:05:00.000Z',
};
const careful = defineOperation<ToyDeps>()({
  name: 'widen',
  title: 'Widen',
  description: 'Waits for the person, or fails as it is told.',
  scopes: ['profile:write'],
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
  input: z.strictObject({
    fail: z.enum(['LATER', 'BUSY', 'SIGNED_OUT', 'BREAK']).optional().describe('How.'),
  }),
  output: z.strictObject(approvalOutput),
  async run({ fail }) {
    if (fail === 'LATER') throw fault('UNAVAILABLE', 'Come again.');
    if (fail === 'BUSY') throw fault('RATE_LIMITED', 'Slow down.', { details: { retry_after_s: 7 } });
    if (fail === 'SIGNED_OUT') throw fault('INVALID_CREDENTIALS', 'No.');
    if (fail === 'BREAK') throw new Error('a secret of ours');
    return approvalRequired(approval);
  },
});
const offer: Offer<ToyDeps> = { ...toyOffer, operations: [...toyOffer.operations, careful] };

let mesh: ToyMesh;

beforeAll(async () => {
  mesh = await startToyMesh({ toy: offer });
  only(mesh).deps.gate = Promise.resolve();
});
afterAll(() => mesh?.stop());

const authorization = `Bearer ${everything}`;
const json = { 'content-type': 'application/json' };

async function call(
  name: string,
  args: unknown,
  headers: Record<string, string> = { authorization },
): Promise<{ status: number; body: Record<string, unknown>; headers: Headers }> {
  const response = await fetch(`${mesh.url}/v1/tools/${name}`, {
    method: 'POST',
    headers: { ...json, ...headers },
    body: typeof args === 'string' ? args : JSON.stringify(args),
  });
  return { status: response.status, body: await response.json(), headers: response.headers };
}

const read = (query: string, init: RequestInit = { headers: { authorization } }) =>
  fetch(`${mesh.url}/v1/resources${query}`, init);

// proves: rest-same-door
describe('a tool by REST', () => {
  it('answers with the result, byte by byte as the service wrote it', async () => {
    const response = await fetch(`${mesh.url}/v1/tools/say_hello`, {
      method: 'POST',
      headers: json,
      body: '{"name":"Ada"}',
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toBe('{"greeting":"Hello Ada"}');
  });

  it('takes no body for no arguments', async () => {
    const response = await fetch(`${mesh.url}/v1/tools/get_mesh_status`, {
      method: 'POST',
      headers: { authorization },
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ mode: 'simulated' });
  });

  it('is challenged without a credential, save where it is public', async () => {
    for (const name of ['add_note', 'no_such_tool', 'get_mesh_status']) {
      const { status, body, headers } = await call(name, { note: 'milk' }, {});
      expect([status, body.reason]).toEqual([401, 'UNAUTHENTICATED']);
      expect(headers.get('www-authenticate')).toContain('resource_metadata="http://gateway.test/');
      expect(headers.get('content-type')).toBe('application/problem+json');
    }
    expect((await call('say_hello', { name: 'Ada' }, { authorization: 'Bearer expired' })).status).toBe(200);
    const expired = await call('add_note', { note: 'x' }, { authorization: 'Bearer expired' });
    expect(expired.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  it('names the scope that the token lacks', async () => {
    const lacking = { authorization: `Bearer ${tokenFor('billing:read')}` };
    const { status, body, headers } = await call('pay', { idempotency_key: 'k' }, lacking);
    expect([status, body.reason]).toEqual([403, 'INSUFFICIENT_SCOPE']);
    expect(headers.get('www-authenticate')).toContain('scope="payments:write"');
    const by_tool = await call('read_resource', { uri: 'notes://me/list' }, lacking);
    expect(by_tool.headers.get('www-authenticate')).toContain('scope="profile:read"');
  });

  it('that does not exist is unknown to who is signed in', async () => {
    for (const name of ['no_such_tool', '__proto__', 'constructor', '%FF']) {
      expect((await call(name, {})).body).toMatchObject({ status: 404, reason: 'UNKNOWN_TOOL' });
    }
    for (const path of ['/v1', '/v1/', '/v1/tools/', '/v1/tools/a/b', '/v1/Tools/pay']) {
      const response = await fetch(`${mesh.url}${path}`, { method: 'POST', headers: { authorization } });
      expect([response.status, (await response.json()).reason]).toEqual([404, 'NOT_FOUND']);
    }
  });

  it('answers 202 where the person has to approve it first', async () => {
    const { status, body } = await call('widen', {});
    expect(status).toBe(202);
    expect(body).toMatchObject({ status: 'approval_required', approval });
  });

  it('fails by problem details that name the request, and nothing of the inside', async () => {
    const later = await call('widen', { fail: 'LATER' });
    expect(later.body).toMatchObject({ status: 503, retryable: true, request_id: expect.any(String) });
    expect(later.headers.get('x-request-id')).toBe(later.body.request_id);
    expect(later.headers.get('retry-after')).toBe('1');
    const busy = await call('widen', { fail: 'BUSY' });
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '7']);
    const out = await call('widen', { fail: 'SIGNED_OUT' });
    expect([out.status, out.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringMatching(/^Bearer /),
    ]);
    const broken = await call('widen', { fail: 'BREAK' });
    expect(broken.status).toBe(500);
    expect(JSON.stringify(broken.body)).not.toContain('secret');
    const wrong = await call('add_note', { note: 7, more: true });
    expect(wrong.body).toMatchObject({
      type: 'urn:florin:problem:invalid-argument',
      status: 400,
      details: { fields: [{ path: 'note' }, { path: 'more' }] },
    });
  });

  it('hands on the trace and the request id, and never the token', async () => {
    const traceparent = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`;
    const headers = { authorization, traceparent, 'x-request-id': 'req-87654321' };
    await call('add_note', { note: 'milk' }, headers);
    const seen = only(mesh).seen.at(-1);
    expect(seen).toMatchObject({ request_id: 'req-87654321' });
    expect(seen?.traceparent).toContain('ab'.repeat(16));
    expect(seen?.mesh_token).not.toContain('ok.');
  });
});

describe('the header Idempotency-Key', () => {
  const key = (value: string) => ({ authorization, 'idempotency-key': value });

  it('stands for the argument, with quotes or without', async () => {
    const first = await call('pay', {}, key('header-1'));
    expect(first.body).toMatchObject({ replayed: false });
    expect((await call('pay', {}, key('"header-1"'))).body).toMatchObject({ ...first.body, replayed: true });
    const both = await call('pay', { idempotency_key: 'header-1' }, key('header-1'));
    expect(both.body).toMatchObject({ ...first.body, replayed: true });
  });

  it('must not differ from the argument', async () => {
    const { status, body } = await call('pay', { idempotency_key: 'a' }, key('b'));
    expect([status, body.reason]).toEqual([400, 'INVALID_ARGUMENT']);
  });

  it.each([
    ['empty', ''],
    ['empty in quotes', '""'],
    ['cut off', '"a'],
    ['two words', 'a b'],
    ['too long', 'x'.repeat(256)],
    ['beyond ASCII', 'ä'],
  ])('must not be %s', async (_what, value) => {
    expect((await call('pay', {}, key(value))).status).toBe(400);
  });

  it('is refused by a tool that would act twice, and does no harm to one that reads', async () => {
    expect((await call('add_note', { note: 'x' }, key('k'))).status).toBe(400);
    expect((await call('get_mesh_status', {}, key('k'))).status).toBe(200);
  });
});

describe('a resource by REST', () => {
  it('answers with what it shows, and when that changed', async () => {
    const response = await read('?uri=notes%3A%2F%2Fme%2Flist');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('last-modified')).toBe('Sun, 22 Nov 2026 10:00:00 GMT');
    expect(await response.json()).toEqual({ notes: only(mesh).deps.notes });
  });

  it('is asked for by HEAD as by GET', async () => {
    const response = await read('?uri=mesh://status', { method: 'HEAD', headers: { authorization } });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(100);
  });

  it.each([
    ['', 400, 'INVALID_ARGUMENT'],
    ['?uri=', 400, 'INVALID_ARGUMENT'],
    ['?uri=a&uri=b', 400, 'INVALID_ARGUMENT'],
    ['?uri=notes://me/list?a=1&b=2', 400, 'INVALID_ARGUMENT'],
    ['?uri=%FF%00', 404, 'UNKNOWN_RESOURCE'],
    ['?uri=nothing', 404, 'UNKNOWN_RESOURCE'],
    ['?uri=notes://you/list', 400, 'INVALID_ARGUMENT'],
  ])('%s is refused', async (query, status, reason) => {
    const response = await read(query);
    expect([response.status, (await response.json()).reason]).toEqual([status, reason]);
  });

  it('has a URI of a length that is known', async () => {
    expect((await read(`?uri=${'x'.repeat(5_000)}`)).status).toBe(400);
  });

  it('needs a token, and its scope', async () => {
    expect((await read('?uri=mesh://status', {})).status).toBe(401);
    const lacking = { headers: { authorization: `Bearer ${tokenFor('billing:read')}` } };
    const response = await read('?uri=notes://me/list', lacking);
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toContain('scope="profile:read"');
  });
});
