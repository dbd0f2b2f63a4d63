import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestIssuer, testClock, testIssuer } from '../src/index.js';

let issuer: TestIssuer;

beforeAll(async () => {
  issuer = await testIssuer();
});

afterAll(() => issuer.close());

it('signs mesh tokens that verify against the key set it serves', async () => {
  const token = await issuer.sign({
    sub: 'svc:payments',
    scopes: ['a:read', 'b:write'],
    on_behalf_of: 'usr_1',
  });
  const keys = createRemoteJWKSet(new URL(issuer.jwks_url));
  const { payload } = await jwtVerify(token, keys, { issuer: issuer.issuer, audience: 'urn:florin:mesh' });
  expect(payload).toMatchObject({
    sub: 'svc:payments',
    on_behalf_of: 'usr_1',
    scope: 'a:read b:write',
    roles: ['user'],
  });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
});

it('signs wrong tokens on request', async () => {
  const token = await issuer.sign({ sub: 'usr_1', overrides: { aud: 'urn:other' } });
  const keys = createRemoteJWKSet(new URL(issuer.jwks_url));
  await expect(jwtVerify(token, keys, { audience: 'urn:florin:mesh' })).rejects.toMatchObject({
    claim: 'aud',
  });
});

it('keeps the time until the test moves it', () => {
  const clock = testClock(new Date('2026-01-01T00:00:00Z'));
  clock.advance(1_500);
  expect(clock.now().toISOString()).toBe('2026-01-01T00:00:01.500Z');
  clock.set(new Date('2027-01-01T00:00:00Z'));
  expect(clock.now().getUTCFullYear()).toBe(2027);
});
