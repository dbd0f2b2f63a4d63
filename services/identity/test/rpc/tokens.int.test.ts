import { createVerifier } from '@florin/chassis';
import { nothingRevoked } from '@florin/testkit';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IdentityUnderTest, startIdentityUnderTest } from '../support/identity-under-test.js';

let identity: IdentityUnderTest;
let ada: string;

beforeAll(async () => {
  identity = await startIdentityUnderTest('tokens_rpc');
  ada = await identity.register('ada@example.com');
});
afterAll(() => identity.stop());

function actorOf(mesh_token: string) {
  const verify = createVerifier({
    issuer: identity.url,
    jwks_url: `${identity.url}/mesh/jwks.json`,
    revocations: nothingRevoked,
    now: () => new Date(),
  });
  return verify(mesh_token);
}

describe('Exchange', () => {
  it('gives the gateway a token that every service verifies by the published keys', async () => {
    const { access_token } = await identity.signIn('ada@example.com');
    const actor = await actorOf(await identity.exchange(access_token));
    expect(actor).toMatchObject({
      user_id: ada,
      client_id: 'florin-password',
      roles: ['user'],
      session_id: decodeJwt(access_token).sid,
      authentication_methods: ['pwd'],
    });
    expect(actor.scopes).toContain('banking:read');
    expect(actor.scopes).not.toContain('admin');
    expect(actor.service).toBeUndefined();
  });

  it('is open to the gateway alone', async () => {
    const { access_token } = await identity.signIn('ada@example.com');
    await expect(identity.exchange(access_token, 'banking')).rejects.toMatchObject({
      reason: 'PERMISSION_DENIED',
    });
  });

  it('refuses a refresh token and a mesh token in the place of an access token', async () => {
    const { access_token, refresh_token } = await identity.signIn('ada@example.com');
    await expect(identity.exchange(refresh_token)).rejects.toMatchObject({ reason: 'INVALID_TOKEN' });
    const mesh_token = await identity.exchange(access_token);
    await expect(identity.exchange(mesh_token)).rejects.toMatchObject({ reason: 'INVALID_TOKEN' });
  });

  it('refuses a person from the moment of the suspension', async () => {
    await identity.register('sue@example.com');
    const { user_id, access_token } = await identity.signIn('sue@example.com');
    expect(await identity.exchange(access_token)).toEqual(expect.any(String));
    await identity.suspend(user_id);
    await expect(identity.exchange(access_token)).rejects.toMatchObject({ reason: 'INVALID_TOKEN' });
  });
});

describe('IssueServiceToken', () => {
  it('knows a service by its secret, and opens no operation to the gateway itself', async () => {
    const actor = await actorOf(await identity.serviceToken('gateway', 'secret-of-gateway'));
    expect(actor).toMatchObject({ service: 'gateway', client_id: 'svc:gateway', roles: [] });
    expect([...actor.scopes]).toEqual([]);
  });

  it('says for whom the service acts', async () => {
    const actor = await actorOf(await identity.serviceToken('banking', 'secret-of-banking', ada));
    expect(actor).toMatchObject({ user_id: ada, service: 'banking', client_id: 'svc:banking' });
  });

  it.each([
    ['a wrong secret', 'gateway', 'secret-of-banking'],
    ['an unknown service', 'mallory', 'secret-of-gateway'],
    ['the hash in the place of the secret', 'gateway', '0'.repeat(64)],
    ['no secret', 'gateway', ''],
  ])('refuses %s, always in the same words', async (_name, service, secret) => {
    await expect(identity.serviceToken(service, secret)).rejects.toMatchObject({
      reason: 'INVALID_CREDENTIALS',
      message: 'The service or its secret is not known here. Check SERVICE_SECRET.',
    });
  });

  it('acts for nobody who does not exist, or was suspended', async () => {
    const suspended = await identity.register('sam@example.com');
    await identity.suspend(suspended);
    for (const user_id of ['usr_01jd5c3k8qf6t9w2x4y7z0a1b2', suspended]) {
      const refused = identity.serviceToken('banking', 'secret-of-banking', user_id);
      await expect(refused).rejects.toMatchObject({ reason: 'NOT_FOUND' });
    }
  });

  it('acts for nobody who is named wrongly', async () => {
    const refused = identity.serviceToken('banking', 'secret-of-banking', 'me');
    await expect(refused).rejects.toMatchObject({ reason: 'INVALID_ARGUMENT' });
  });
});
