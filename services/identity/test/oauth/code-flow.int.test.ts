import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IdentityUnderTest, startIdentityUnderTest } from '../support/identity-under-test.js';
import { oauthClient, REDIRECT_URI, RESOURCE } from '../support/oauth-client.js';
import { testBrowser } from '../support/page-browser.js';

let identity: IdentityUnderTest;
let client: ReturnType<typeof oauthClient>;
let user_id: string;

beforeAll(async () => {
  identity = await startIdentityUnderTest('oauth_flow');
  client = oauthClient(identity);
  user_id = await identity.register('ada@example.com');
});
afterAll(() => identity.stop());

describe('the metadata', () => {
  it.each(['openid-configuration', 'oauth-authorization-server'])(
    'at %s say what a client needs',
    async (name) => {
      const response = await fetch(`${identity.url}/.well-known/${name}`);
      expect(await response.json()).toMatchObject({
        issuer: identity.url,
        authorization_endpoint: `${identity.url}/oauth/authorize`,
        token_endpoint: `${identity.url}/oauth/token`,
        registration_endpoint: `${identity.url}/oauth/register`,
        revocation_endpoint: `${identity.url}/oauth/revoke`,
        jwks_uri: `${identity.url}/.well-known/jwks.json`,
        code_challenge_methods_supported: ['S256'],
        response_types_supported: ['code'],
        response_modes_supported: ['query'],
        client_id_metadata_document_supported: true,
        authorization_response_iss_parameter_supported: true,
        scopes_supported: expect.arrayContaining(['openid', 'banking:read', 'payments:write']),
      });
    },
  );
});

describe('the code flow', () => {
  it('asks the person, and gives a token that the mesh takes as any other', async () => {
    const { client_id = '' } = await client.register();
    const browser = testBrowser(identity);
    const attempt = client.attempt(client_id);

    const first = await browser.get(attempt.url);
    const interaction = first.headers.get('location') ?? '';
    const signIn = await browser.get(interaction);
    expect(signIn.status).toBe(303);
    expect(signIn.headers.get('location')).toBe(`/sign-in?return_to=${encodeURIComponent(interaction)}`);

    await browser.signIn(user_id);
    const page = await browser.get(interaction);
    const text = await page.text();
    expect(text).toContain('Give Test Assistant access?');
    expect(text).toContain('See your linked bank accounts, balances and transactions');
    expect(text).toContain('nobody has checked');
    expect(page.headers.get('content-security-policy')).toContain(
      "form-action 'self' http://127.0.0.1:9999;",
    );

    const back = await client.decide(browser, attempt.url);
    expect(`${back.origin}${back.pathname}`).toBe(REDIRECT_URI);
    expect(back.searchParams.get('state')).toBe(attempt.state);
    expect(back.searchParams.get('iss')).toBe(identity.url);

    const { status, body } = await client.redeem(client_id, back.searchParams.get('code') ?? '', attempt);
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 900, scope: 'profile:read banking:read' });
    const token = body.access_token ?? '';
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
    expect(decodeJwt(token)).toMatchObject({
      iss: identity.url,
      aud: RESOURCE,
      sub: user_id,
      sid: expect.stringMatching(/^ses_/),
      client_id,
      amr: ['pwd'],
    });

    const mesh_token = await identity.exchange(token);
    expect(await identity.read('users://me/profile', mesh_token)).toMatchObject({ user_id });
    await expect(identity.call('tool', 'end_session', {}, mesh_token)).rejects.toMatchObject({
      reason: 'INSUFFICIENT_SCOPE',
    });
  });

  it('gives only what may be read where the client names no scope', async () => {
    const { client_id = '' } = await client.register();
    const { scope } = await client.connect(user_id, client_id, { scope: undefined });
    expect(scope.split(' ').sort()).toEqual([
      'audit:read',
      'banking:read',
      'billing:read',
      'fraud:read',
      'investing:read',
      'payments:read',
      'profile:read',
    ]);
  });

  it("never gives more than the person's roles open", async () => {
    const { client_id = '' } = await client.register();
    const { scope } = await client.connect(user_id, client_id, {
      scope: 'admin fraud:review payments:write',
    });
    expect(scope).toBe('payments:write');
  });

  it('tells the client when the person refuses', async () => {
    const { client_id = '' } = await client.register();
    const browser = testBrowser(identity);
    await browser.signIn(user_id);
    const back = await client.decide(browser, client.attempt(client_id).url, 'deny');
    expect(back.searchParams.get('error')).toBe('access_denied');
    expect(back.searchParams.get('iss')).toBe(identity.url);
  });

  it('asks each time where any program could listen, and once where only the client can', async () => {
    const redirect_uri = 'https://app.example/callback';
    const { client_id = '' } = await client.register({ redirect_uris: [redirect_uri] });
    const browser = testBrowser(identity);
    await browser.signIn(user_id);
    await client.decide(browser, client.attempt(client_id, { redirect_uri }).url);

    const again = await browser.get(client.attempt(client_id, { redirect_uri }).url);
    const onward = await browser.get(again.headers.get('location') ?? '');
    const resume = /url=(.+)$/.exec(onward.headers.get('refresh') ?? '')?.[1] ?? '';
    const back = new URL((await browser.get(resume)).headers.get('location') ?? '');
    expect(back.searchParams.get('code')).toBeTruthy();

    const wider = await browser.get(client.attempt(client_id, { redirect_uri, scope: 'payments:write' }).url);
    const page = await browser.get(wider.headers.get('location') ?? '');
    expect(await page.text()).toContain('Pay and refund');
  });
});

it('the page says which limits the person has set for the client', async () => {
  const { client_id = '' } = await client.register();
  const scope = 'payments:write';
  const { browser } = await client.connect(user_id, client_id, { scope });
  const ask = async () => {
    const asked = await browser.get(client.attempt(client_id, { scope }).url);
    return (await browser.get(asked.headers.get('location') ?? '')).text();
  };
  expect(await ask()).toContain('large payments still ask you first, and so do smaller ones to new payees');
  await identity.sql`update agents set currency = 'USD', per_transaction_minor = 5000, per_day_minor = 20050
    where client_id = ${client_id}`;
  const page = await ask();
  expect(page).toContain('at most 50.00 USD at a time');
  expect(page).toContain('at most 200.50 USD a day');
});

describe('a granted session', () => {
  it('ends with its tokens when the person ends it', async () => {
    const { client_id = '' } = await client.register();
    const granted = await client.connect(user_id, client_id, { scope: 'profile:read profile:write' });
    const mesh_token = await identity.exchange(granted.access_token);
    await identity.call('tool', 'end_session', {}, mesh_token);

    await expect(identity.exchange(granted.access_token)).rejects.toMatchObject({ reason: 'INVALID_TOKEN' });
    const refreshed = await client.refresh(client_id, granted.refresh_token);
    expect(refreshed).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('ends when the client gives its refresh token back', async () => {
    const { client_id = '' } = await client.register();
    const { access_token, refresh_token } = await client.connect(user_id, client_id);
    const response = await fetch(`${identity.url}/oauth/revoke`, {
      method: 'POST',
      body: new URLSearchParams({ client_id, token: refresh_token }),
    });
    expect(response.status).toBe(200);
    await expect(identity.exchange(access_token)).rejects.toMatchObject({ reason: 'INVALID_TOKEN' });
  });

  it('goes on by refreshing, with other tokens and no more scopes', async () => {
    const { client_id = '' } = await client.register();
    const before = await client.connect(user_id, client_id);
    const { status, body } = await client.refresh(client_id, before.refresh_token, { scope: 'banking:read' });
    expect(status).toBe(200);
    expect(body.refresh_token).not.toBe(before.refresh_token);
    expect(body.scope).toBe('banking:read');
    expect(decodeJwt(body.access_token ?? '').sid).toBe(decodeJwt(before.access_token).sid);
    expect(await identity.exchange(body.access_token ?? '')).toBeTruthy();
  });
});

it('codes, tokens and what is granted are kept as hashes and ciphertext', async () => {
  const { client_id = '' } = await client.register();
  const { refresh_token } = await client.connect(user_id, client_id);
  const rows = await identity.sql`select kind, record_hash, payload from oauth_records`;
  expect(rows.length).toBeGreaterThan(3);
  const text = JSON.stringify(rows);
  expect(text).not.toContain(refresh_token);
  expect(text).not.toContain('Test Assistant');
});
