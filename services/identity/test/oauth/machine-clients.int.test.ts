import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startIdentity } from '../../src/identity.js';
import { type IdentityUnderTest, startIdentityUnderTest } from '../support/identity-under-test.js';
import { oauthClient } from '../support/oauth-client.js';

const secret = 'a secret of the nightly report, long enough';
let first: IdentityUnderTest;
let identity: IdentityUnderTest;
let client: ReturnType<typeof oauthClient>;
let user_id: string;
let sign: (claims: object) => Promise<string>;

beforeAll(async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  sign = (claims) => new SignJWT({ ...claims }).setProtectedHeader({ alg: 'ES256' }).sign(privateKey);
  first = await startIdentityUnderTest('oauth_machines');
  user_id = await first.register('ada@example.com');
  const scopes = ['profile:read', 'banking:read', 'admin'];
  const clients = [
    {
      client_id: 'nightly-report',
      client_name: 'Nightly report',
      acts_for: user_id,
      scopes,
      client_secret: secret,
    },
    {
      client_id: 'by-key',
      client_name: 'By key',
      acts_for: user_id,
      scopes,
      jwks: { keys: [await exportJWK(publicKey)] },
    },
  ];
  identity = await startIdentityUnderTest('oauth_machines_two', {
    over: {
      DATABASE_URL: first.database.url,
      DATABASE_OWNER_URL: first.database.owner_url,
      FIELD_KEYS: first.env.FIELD_KEYS ?? '',
      OAUTH_CLIENTS: JSON.stringify(clients),
    },
  });
  client = oauthClient(identity);
});
afterAll(async () => {
  await identity.stop();
  await first.stop();
});

const basic = (id: string, given: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${encodeURIComponent(given)}`).toString('base64')}`,
});

describe('a machine that acts for somebody', () => {
  it('gets a token of theirs by its secret, with no more than their roles open', async () => {
    const { status, body } = await client.token(
      { grant_type: 'client_credentials' },
      basic('nightly-report', secret),
    );
    expect(status).toBe(200);
    expect(body).not.toHaveProperty('refresh_token');
    const mesh_token = await identity.exchange(body.access_token ?? '');
    expect(await identity.read('users://me/profile', mesh_token)).toMatchObject({ user_id });
    await expect(identity.call('tool', 'end_session', {}, mesh_token)).rejects.toMatchObject({
      reason: 'INSUFFICIENT_SCOPE',
    });
  });

  it('gets one by its key', async () => {
    const at = Math.floor(Date.now() / 1_000);
    const claims = {
      iss: 'by-key',
      sub: 'by-key',
      aud: identity.url,
      jti: crypto.randomUUID(),
      iat: at,
      exp: at + 60,
    };
    const { status, body } = await client.token({
      grant_type: 'client_credentials',
      scope: 'banking:read',
      client_id: 'by-key',
      client_assertion: await sign(claims),
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    });
    expect(status).toBe(200);
    expect(body.scope).toBe('banking:read');
    expect(await identity.exchange(body.access_token ?? '')).toBeTruthy();
  });

  it('gets none by another secret, nor for what it was not given', async () => {
    const grant_type = 'client_credentials';
    const wrong = await client.token({ grant_type }, basic('nightly-report', 'another'));
    expect(wrong.body.error).toBe('invalid_client');
    const wider = await client.token(
      { grant_type, scope: 'payments:write' },
      basic('nightly-report', secret),
    );
    expect(wider.body.error).toBe('invalid_scope');
  });

  it('is no way to a code', async () => {
    const asked = await fetch(`${identity.url}${client.attempt('nightly-report').url}`, {
      redirect: 'manual',
    });
    expect(asked.status).toBe(400);
  });

  it('gets none any more when the person is suspended, and what it has opens nothing', async () => {
    const grant_type = 'client_credentials';
    const { body } = await client.token({ grant_type }, basic('nightly-report', secret));
    await first.suspend(user_id);
    expect((await client.token({ grant_type }, basic('nightly-report', secret))).status).toBe(400);
    await expect(identity.exchange(body.access_token ?? '')).rejects.toMatchObject({
      reason: 'INVALID_TOKEN',
    });
  });
});

it.each([
  ['no JSON', '{'],
  [
    'a short secret',
    '[{"client_id":"a","client_name":"A","acts_for":"x","scopes":["admin"],"client_secret":"short"}]',
  ],
])('does not start with %s, and says no secret', async (_name, OAUTH_CLIENTS) => {
  const failed = startIdentity({ ...first.env, HTTP_PORT: '0', OAUTH_CLIENTS });
  await expect(failed).rejects.toThrow('OAUTH_CLIENTS');
  await expect(failed).rejects.not.toThrow('short"');
});
