import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IdentityUnderTest, startIdentityUnderTest } from '../support/identity-under-test.js';
import { oauthClient } from '../support/oauth-client.js';

let identity: IdentityUnderTest;
let client: ReturnType<typeof oauthClient>;

beforeAll(async () => {
  identity = await startIdentityUnderTest('oauth_client_attacks');
  client = oauthClient(identity);
});
afterAll(() => identity.stop());

// proves: oauth-attacks
describe('a client that proves itself by a key', () => {
  async function keyClient() {
    const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256', use: 'sig' };
    const registered = await client.register({
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [jwk] },
    });
    return { id: registered.client_id ?? '', privateKey, jwk };
  }

  function claims(id: string) {
    const at = Math.floor(Date.now() / 1_000);
    return {
      iss: id,
      sub: id,
      aud: identity.url,
      jti: crypto.randomUUID(),
      iat: at,
      exp: at + 60,
    };
  }

  function prove(id: string, client_assertion: string) {
    return client.token({
      grant_type: 'refresh_token',
      refresh_token: 'none',
      client_id: id,
      client_assertion,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    });
  }

  const unsigned = (header: object, payload: object) =>
    [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');

  it('is known by it, once', async () => {
    const { id, privateKey } = await keyClient();
    const assertion = await new SignJWT(claims(id))
      .setProtectedHeader({ alg: 'RS256', kid: 'k' })
      .sign(privateKey);
    // Known, and told that its refresh token is none.
    expect((await prove(id, assertion)).body.error).toBe('invalid_grant');
    expect((await prove(id, assertion)).body.error).toBe('invalid_client');
  });

  it('is not known by "alg": "none"', async () => {
    const { id } = await keyClient();
    const assertion = `${unsigned({ alg: 'none' }, claims(id))}.`;
    expect((await prove(id, assertion)).body.error).toBe('invalid_client');
  });

  it('is not known by its public key taken for a shared secret', async () => {
    const { id, jwk } = await keyClient();
    const secret = new TextEncoder().encode(JSON.stringify(jwk));
    const assertion = await new SignJWT(claims(id))
      .setProtectedHeader({ alg: 'HS256', kid: 'k' })
      .sign(secret);
    expect((await prove(id, assertion)).body.error).toBe('invalid_client');
  });

  it("is not known by another's key, another audience, or an old proof", async () => {
    const { id, privateKey } = await keyClient();
    const other = await generateKeyPair('RS256');
    const sign = (over: object, key = privateKey) =>
      new SignJWT({ ...claims(id), ...over }).setProtectedHeader({ alg: 'RS256', kid: 'k' }).sign(key);
    for (const assertion of [
      await sign({}, other.privateKey),
      await sign({ aud: 'https://other.example' }),
      await sign({ exp: Math.floor(Date.now() / 1_000) - 60 }),
      await sign({ sub: 'oac_other' }),
    ]) {
      expect((await prove(id, assertion)).body.error).toMatch(/^invalid_(client|request)$/);
    }
  });
});

describe('a client with a secret', () => {
  it.each(['client_secret_basic', 'client_secret_post'])('by %s is not known without it', async (method) => {
    const registered = await client.register({ token_endpoint_auth_method: method });
    const { client_id: id = '', client_secret = '' } = registered;
    const refresh = { grant_type: 'refresh_token', refresh_token: 'none' };
    const basic = (secret: string) => ({
      authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
    });
    const withSecret = (secret: string) =>
      method === 'client_secret_basic'
        ? client.token(refresh, basic(secret))
        : client.token({ ...refresh, client_id: id, client_secret: secret });
    expect((await withSecret(client_secret)).body.error).toBe('invalid_grant');
    expect((await withSecret('wrong')).body.error).toBe('invalid_client');
    expect((await client.token({ ...refresh, client_id: id })).body.error).toBe('invalid_client');
  });
});
