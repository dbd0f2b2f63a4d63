import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IdentityUnderTest, PASSWORD, startIdentityUnderTest } from '../support/identity-under-test.js';

let identity: IdentityUnderTest;

beforeAll(async () => {
  identity = await startIdentityUnderTest('http');
  await identity.register('ada@example.com');
});
afterAll(() => identity.stop());

async function send(
  method: 'GET' | 'POST',
  path: string,
  { body, bearer }: { body?: string; bearer?: string } = {},
) {
  const response = await fetch(`${identity.url}${path}`, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    },
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  return { response, body: text === '' ? undefined : JSON.parse(text) };
}

function post(path: string, body: unknown) {
  return send('POST', path, { body: JSON.stringify(body) });
}

function login() {
  return post('/auth/login', { username: 'ada@example.com', password: PASSWORD });
}

describe('accounts over HTTP', () => {
  it('registers, signs in, shows who is signed in, refreshes and signs out', async () => {
    const person = { email: 'new@example.com', password: PASSWORD, full_name: 'New Person' };
    const registered = await post('/auth/register', person);
    expect(registered.response.status).toBe(201);

    const signedIn = await post('/auth/login', { username: person.email, password: PASSWORD });
    expect(signedIn.response.status).toBe(200);
    expect(signedIn.body).toMatchObject({ token_type: 'Bearer', user_id: registered.body.user_id });

    const me = await send('GET', '/users/me', { bearer: signedIn.body.access_token });
    expect(me.body).toEqual({
      user_id: registered.body.user_id,
      email: person.email,
      full_name: person.full_name,
      roles: ['user'],
    });

    const refreshed = await post('/auth/refresh', { refresh_token: signedIn.body.refresh_token });
    expect(refreshed.response.status).toBe(200);

    const bearer = refreshed.body.access_token;
    expect((await send('POST', '/auth/logout', { bearer })).response.status).toBe(204);
    const after = await send('GET', '/users/me', { bearer });
    expect(after.response.status).toBe(401);
    expect(after.body.reason).toBe('INVALID_TOKEN');
  });

  it('lets nobody keep a copy of tokens', async () => {
    const { response } = await login();
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('answers errors as problem details, with the id of the request', async () => {
    const { response, body } = await post('/auth/login', { username: 'ada@example.com', password: 'wrong' });
    expect(response.status).toBe(401);
    expect(response.headers.get('content-type')).toMatch('application/problem+json');
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(body).toMatchObject({
      type: 'urn:florin:problem:invalid-credentials',
      reason: 'INVALID_CREDENTIALS',
      request_id: expect.stringMatching(/^req_/),
    });
  });

  it.each([
    ['no credential', undefined, 'UNAUTHENTICATED'],
    ['a credential that is none', 'nonsense', 'INVALID_TOKEN'],
  ])('challenges who shows %s', async (_name, bearer, reason) => {
    for (const [method, path] of [
      ['GET', '/users/me'],
      ['POST', '/auth/logout'],
    ] as const) {
      const { response, body } = await send(method, path, bearer === undefined ? {} : { bearer });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(body.reason).toBe(reason);
    }
  });

  it.each([
    [
      'a taken address',
      '/auth/register',
      { email: 'ada@example.com', password: PASSWORD, full_name: 'A' },
      409,
      'EMAIL_TAKEN',
    ],
    [
      'an unknown field',
      '/auth/login',
      { username: 'a', password: 'b', remember: true },
      400,
      'INVALID_ARGUMENT',
    ],
    ['no body', '/auth/refresh', undefined, 400, 'INVALID_ARGUMENT'],
    ['a body above 64 KiB', '/auth/login', { username: 'x'.repeat(70_000) }, 413, 'PAYLOAD_TOO_LARGE'],
  ])('refuses %s', async (_name, path, sent, status, reason) => {
    const { response, body } = await (sent === undefined ? send('POST', path) : post(path, sent));
    expect(response.status).toBe(status);
    expect(body.reason).toBe(reason);
  });

  it('refuses what is not JSON', async () => {
    const { response, body } = await send('POST', '/auth/login', { body: '{"username":' });
    expect(response.status).toBe(400);
    expect(body.reason).toBe('INVALID_ARGUMENT');
  });
});

describe('the published keys', () => {
  it.each(['/.well-known/jwks.json', '/mesh/jwks.json'])(
    'at %s are public, cacheable, and only that',
    async (path) => {
      const { response, body } = await send('GET', path);
      expect(response.headers.get('cache-control')).toBe('public, max-age=300');
      expect(body.keys).toEqual([
        {
          kty: 'EC',
          crv: 'P-256',
          x: expect.any(String),
          y: expect.any(String),
          kid: expect.any(String),
          alg: 'ES256',
          use: 'sig',
        },
      ]);
    },
  );

  it('of access tokens are others than those of mesh tokens', async () => {
    const [access, mesh] = [
      await send('GET', '/.well-known/jwks.json'),
      await send('GET', '/mesh/jwks.json'),
    ];
    expect(access.body.keys[0].kid).not.toBe(mesh.body.keys[0].kid);
  });
});
