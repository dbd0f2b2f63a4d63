import { nothingRevoked, type TestIssuer, testClock, testIssuer } from '@florin/testkit';
import { base64url, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVerifier, ownerOf } from '../src/index.js';

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await testIssuer();
});
afterAll(() => issuer.close());

const sub = 'usr_01jd5c3k8qf6t9w2x4y7z0a1b2';
const verifier = (options: { now?: () => Date; jwks_url?: string } = {}) =>
  createVerifier({ ...issuer, revocations: nothingRevoked, now: () => new Date(), ...options });

describe('a mesh token', () => {
  it('names the person, the client, the roles and the scopes', async () => {
    const actor = await verifier()(
      await issuer.sign({ sub, scopes: ['banking:read', 'no:such'], roles: ['user'] }),
    );
    expect(actor).toEqual({
      user_id: sub,
      client_id: 'test',
      roles: ['user'],
      scopes: new Set(['banking:read']),
      authentication_methods: ['pwd'],
    });
  });

  it('names the agent, whether it has limits, and which tools it is allowed', async () => {
    const agent = { agent_id: 'agt_01jd5c3k8qf6t9w2x4y7z0a1b2', limits: true, tools: ['list_accounts'] };
    const actor = await verifier()(await issuer.sign({ sub, overrides: agent }));
    expect(actor).toMatchObject({ ...agent, tools: new Set(['list_accounts']) });
  });

  it('of a service names the person on whose behalf it acts', async () => {
    const actor = await verifier()(await issuer.sign({ sub: 'svc:payments', on_behalf_of: sub }));
    expect(actor).toMatchObject({ service: 'payments', user_id: sub });
  });

  it.each([
    ['for another audience', { aud: 'https://elsewhere.test' }, 'INVALID_TOKEN'],
    ['of another issuer', { iss: 'https://elsewhere.test' }, 'INVALID_TOKEN'],
    ['that has expired', { iat: 1_000, exp: 1_300 }, 'TOKEN_EXPIRED'],
    ['that lives longer than five minutes', { iat: Math.floor(Date.now() / 1_000) - 400 }, 'TOKEN_EXPIRED'],
    ['that is not valid yet', { nbf: Math.floor(Date.now() / 1_000) + 600 }, 'INVALID_TOKEN'],
    ['without a client', { client_id: undefined }, 'INVALID_TOKEN'],
    ['without a subject', { sub: undefined }, 'INVALID_TOKEN'],
  ])('%s is refused', async (_name, overrides, reason) => {
    const token = await issuer.sign({ sub, overrides });
    await expect(verifier()(token)).rejects.toMatchObject({ reason });
  });

  it('that was tampered with is refused', async () => {
    const [header, payload, signature] = (await issuer.sign({ sub })).split('.');
    const claims = JSON.parse(Buffer.from(base64url.decode(String(payload))).toString());
    const forged = base64url.encode(JSON.stringify({ ...claims, roles: ['admin'] }));
    await expect(verifier()(`${header}.${forged}.${signature}`)).rejects.toMatchObject({
      reason: 'INVALID_TOKEN',
    });
  });

  it('with no algorithm, or with a public key used as a secret, is refused', async () => {
    const claims = { iss: issuer.issuer, aud: 'urn:florin:mesh', sub, client_id: 'x' };
    const none = `${base64url.encode('{"alg":"none"}')}.${base64url.encode(JSON.stringify(claims))}.`;
    await expect(verifier()(none)).rejects.toMatchObject({ reason: 'INVALID_TOKEN' });
    const confused = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(new TextEncoder().encode(JSON.stringify(issuer.jwks.keys[0])));
    await expect(verifier()(confused)).rejects.toMatchObject({ reason: 'INVALID_TOKEN' });
  });

  it('is not taken from memory after it has expired', async () => {
    const clock = testClock(new Date());
    const verify = verifier({ now: clock.now });
    const token = await issuer.sign({ sub });
    await verify(token);
    clock.advance(301_000);
    await expect(verify(token)).rejects.toMatchObject({ reason: 'TOKEN_EXPIRED' });
  });

  it('is neither accepted nor called invalid while its keys cannot be had', async () => {
    const verify = verifier({ jwks_url: 'http://127.0.0.1:9/jwks.json' });
    await expect(verify(await issuer.sign({ sub }))).rejects.toMatchObject({
      reason: 'UNAVAILABLE',
      retryable: true,
    });
  });
});

describe('whose things a call is about', () => {
  const actor = {
    user_id: sub,
    client_id: 'c',
    roles: ['user'],
    scopes: new Set<never>(),
    authentication_methods: [],
  };

  it('"me" is the caller', () => {
    expect(ownerOf(actor, 'me')).toBe(sub);
    expect(ownerOf(actor, sub)).toBe(sub);
  });

  it("another's are not found, unless a role allows it", () => {
    expect(() => ownerOf(actor, 'usr_other')).toThrow(expect.objectContaining({ reason: 'NOT_FOUND' }));
    expect(() => ownerOf(actor, 'usr_other', 'admin')).toThrow(
      expect.objectContaining({ reason: 'NOT_FOUND' }),
    );
    expect(ownerOf({ ...actor, roles: ['admin'] }, 'usr_other', 'admin')).toBe('usr_other');
  });
});
