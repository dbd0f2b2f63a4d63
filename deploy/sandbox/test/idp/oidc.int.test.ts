import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Misbehaviour, type Sandbox, start } from '../../src/index.js';
import { Browser } from './browser.js';

const CALLBACK = 'http://127.0.0.1:8081/auth/oidc/acme/callback';
const LOCAL = { client_id: 'florin-local', client_secret: 'florin-local-secret' };
const ELLIPTIC = { client_id: 'elliptic', client_secret: 'elliptic-secret', id_token_alg: 'ES256' as const };

let sandbox: Sandbox;
let rsa: oidc.Configuration;

beforeAll(async () => {
  sandbox = await start({
    oidc_clients: [LOCAL, ELLIPTIC, { ...LOCAL, client_id: 'narrow', redirect_uris: ['https://a.test/cb'] }],
  });
  rsa = await configurationOf(LOCAL);
});

afterEach(() => {
  sandbox.control.clearFaults();
});

afterAll(() => sandbox.stop());

function configurationOf(
  { client_id, client_secret }: { client_id: string; client_secret: string },
  options: { auth?: oidc.ClientAuth; alg?: string } = {},
) {
  const { auth = oidc.ClientSecretPost(client_secret), alg = 'RS256' } = options;
  return oidc.discovery(
    new URL(sandbox.oidc_issuer),
    client_id,
    { client_secret, id_token_signed_response_alg: alg },
    auth,
    // The signature of an ID token that came straight from the token endpoint is looked at only with the second.
    { execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks] },
  );
}

async function begin(config: oidc.Configuration) {
  const checks = {
    pkceCodeVerifier: oidc.randomPKCECodeVerifier(),
    expectedState: oidc.randomState(),
    expectedNonce: oidc.randomNonce(),
  };
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: 'openid email profile groups',
    code_challenge: await oidc.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
  });
  return { checks, url: url.href };
}

/** The whole of a sign-in: authorize, choose a person, exchange the code. */
async function signIn(config: oidc.Configuration, person: string, browser = new Browser()) {
  const { checks, url } = await begin(config);
  const back = await browser.submit(await browser.get(url), { person });
  const tokens = await oidc.authorizationCodeGrant(config, new URL(back.url), checks);
  return { back, checks, tokens, claims: tokens.claims() };
}

/** What openid-client says, down to the first cause. Throws where it refused nothing. */
async function reasonOf(attempt: Promise<unknown>): Promise<string> {
  let error: unknown = await attempt.then(
    () => {
      throw new Error('expected a refusal');
    },
    (caught: unknown) => caught,
  );
  const reasons: string[] = [];
  for (; error instanceof Error; error = error.cause) reasons.push(error.message);
  return `${reasons.join(': ')} ${JSON.stringify(error)}`;
}

const misbehave = (how: Misbehaviour) => sandbox.control.idp.oidc.misbehave({ how, times: 1 });

describe('signing in with OpenID Connect', () => {
  it('answers an ID token and userinfo about the person chosen', async () => {
    const { claims, tokens } = await signIn(rsa, 'grace');
    const about = {
      sub: 'grace',
      email: 'grace@harbor.test',
      email_verified: true,
      name: 'Grace Moreau',
      groups: ['staff', 'analysts'],
    };
    expect(claims).toMatchObject({ ...about, iss: sandbox.oidc_issuer, aud: 'florin-local' });
    expect(await oidc.fetchUserInfo(rsa, tokens.access_token, 'grace')).toMatchObject(about);
  });

  it('says which addresses nobody has verified, and of whom it has none', async () => {
    expect((await signIn(rsa, 'ben')).claims).toMatchObject({
      email: 'ben@florin.test',
      email_verified: false,
    });
    expect((await signIn(rsa, 'lee')).claims).not.toHaveProperty('email');
  });

  it.each([
    ['client_secret_basic', oidc.ClientSecretBasic(ELLIPTIC.client_secret)],
    ['client_secret_post', oidc.ClientSecretPost(ELLIPTIC.client_secret)],
  ])('signs with ES256 for who wants it, who authenticates by %s', async (_name, auth) => {
    const config = await configurationOf(ELLIPTIC, { auth, alg: 'ES256' });
    const { tokens } = await signIn(config, 'ada');
    const jwks = createRemoteJWKSet(new URL(`${sandbox.oidc_issuer}/jwks`));
    const { protectedHeader } = await jwtVerify(tokens.id_token ?? '', jwks, { audience: 'elliptic' });
    expect(protectedHeader.alg).toBe('ES256');
  });

  it('asks who signs in each time, on a page without script that no other page may frame', async () => {
    const browser = new Browser();
    await signIn(rsa, 'ada', browser);
    const page = await browser.get((await begin(rsa)).url);
    expect(page.text).toContain('<legend>Who signs in</legend>');
    expect(page.text).not.toContain('<script');
    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'none';style-src 'self';base-uri 'none';frame-ancestors 'none'",
    );
    expect((await signIn(rsa, 'noor', browser)).claims?.sub).toBe('noor');
  });

  it('has cookies that are not those of another provider at this host', async () => {
    const browser = new Browser();
    await browser.get((await begin(rsa)).url);
    expect(browser.cookieNames().filter((name) => !name.startsWith('idp_'))).toEqual([]);
  });

  it('asks again where nobody is chosen, and answers access_denied to who turns back', async () => {
    const browser = new Browser();
    const { checks, url } = await begin(rsa);
    const page = await browser.get(url);
    expect((await browser.submit(page, { person: 'nobody' })).status).toBe(422);
    const back = await browser.submit(page, { cancel: 'true' });
    await expect(oidc.authorizationCodeGrant(rsa, new URL(back.url), checks)).rejects.toMatchObject({
      error: 'access_denied',
    });
  });
});

describe('the OpenID provider refuses', () => {
  it('a sign-in without PKCE', async () => {
    const url = new URL((await begin(rsa)).url);
    url.searchParams.delete('code_challenge');
    url.searchParams.delete('code_challenge_method');
    const back = new URL((await new Browser().get(url.href)).url);
    expect(back.searchParams.get('error')).toBe('invalid_request');
  });

  it.each([
    ['florin-local', 'https://attacker.test/callback'],
    ['florin-local', 'http://127.0.0.1:8081@attacker.test/callback'],
    ['florin-local', 'http://127.0.0.1.attacker.test:80/callback'],
    ['narrow', CALLBACK],
    ['nobody', CALLBACK],
  ])('to send %s to %s', async (client_id, redirect_uri) => {
    const url = new URL((await begin(rsa)).url);
    url.searchParams.set('client_id', client_id);
    url.searchParams.set('redirect_uri', redirect_uri);
    const page = await new Browser().get(url.href);
    expect([page.status, new URL(page.url).origin]).toEqual([400, new URL(sandbox.oidc_issuer).origin]);
    expect(page.text).toContain('role="alert"');
  });

  it('a wrong verifier, a wrong secret and a code used before', async () => {
    const browser = new Browser();
    const { checks, url } = await begin(rsa);
    const back = new URL((await browser.submit(await browser.get(url), { person: 'ada' })).url);
    const wrong = await configurationOf({ ...LOCAL, client_secret: 'wrong' });
    const refused = { error: 'invalid_client' };
    await expect(oidc.authorizationCodeGrant(wrong, back, checks)).rejects.toMatchObject(refused);
    const other = { ...checks, pkceCodeVerifier: oidc.randomPKCECodeVerifier() };
    await expect(oidc.authorizationCodeGrant(rsa, back, other)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    const { back: used, checks: spent } = await signIn(rsa, 'ada');
    await expect(oidc.authorizationCodeGrant(rsa, new URL(used.url), spent)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });
});

describe('told to misbehave, the OpenID provider answers what openid-client refuses', () => {
  it.each<[Misbehaviour, RegExp]>([
    ['wrong_nonce', /nonce/],
    ['no_nonce', /nonce/],
    ['wrong_issuer', /iss/],
    ['wrong_audience', /aud/],
    ['expired', /exp/],
    ['issued_in_future', /nbf/],
    ['unsigned', /alg/],
    ['tampered', /signature/],
    ['unknown_key', /signature/],
    ['hmac_with_public_key', /alg/],
    ['wrong_state', /state/],
    ['wrong_response_issuer', /iss/],
  ])('%s', async (how, reason) => {
    misbehave(how);
    expect(await reasonOf(signIn(rsa, 'ada'))).toMatch(reason);
    expect(sandbox.control.status().faults).toEqual([]);
    expect((await signIn(rsa, 'ada')).claims?.sub).toBe('ada');
  });

  it('wrong_userinfo_subject', async () => {
    const { tokens } = await signIn(rsa, 'ada');
    misbehave('wrong_userinfo_subject');
    expect(await reasonOf(oidc.fetchUserInfo(rsa, tokens.access_token, 'ada'))).toMatch(/sub/);
  });

  it('wrong_metadata_issuer', async () => {
    misbehave('wrong_metadata_issuer');
    expect(await reasonOf(configurationOf(LOCAL))).toMatch(/issuer/);
  });

  it('unsigned, which is `alg: none` and no signature at all', async () => {
    const { checks, url } = await begin(rsa);
    const browser = new Browser();
    const code = new URL((await browser.submit(await browser.get(url), { person: 'ada' })).url).searchParams;
    misbehave('unsigned');
    const response = await fetch(`${sandbox.oidc_issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: code.get('code') ?? '',
        redirect_uri: CALLBACK,
        code_verifier: checks.pkceCodeVerifier,
        ...LOCAL,
      }),
    });
    const { id_token } = (await response.json()) as { id_token: string };
    expect([decodeProtectedHeader(id_token).alg, id_token.split('.')[2]]).toEqual(['none', '']);
  });
});

describe('faults of the identity providers', () => {
  const keys = () => fetch(`${sandbox.oidc_issuer}/jwks`);

  it('concern them alone', async () => {
    sandbox.control.setFault({ kind: 'down', provider: 'idp' });
    await expect(keys()).rejects.toThrow();
    expect((await fetch(`${sandbox.plaid_url}/link`)).status).toBe(400);
    expect((await fetch(new URL('/healthz', sandbox.oidc_issuer))).status).toBe(200);
  });

  it('delay, refuse and cut', async () => {
    sandbox.control.setFault({ kind: 'status', status: 500, provider: 'idp', path: '/oidc/jwks', times: 1 });
    expect((await keys()).status).toBe(500);
    sandbox.control.setFault({ kind: 'latency', latency_ms: 120, provider: 'idp', times: 1 });
    const before_ms = performance.now();
    expect((await keys()).status).toBe(200);
    expect(performance.now() - before_ms).toBeGreaterThanOrEqual(115);
    sandbox.control.setFault({ kind: 'drop_connection', provider: 'idp', times: 1 });
    await expect(keys()).rejects.toThrow();
  });

  it('spend the code and cut the answer off, so that the person must begin again', async () => {
    const browser = new Browser();
    const { checks, url } = await begin(rsa);
    const back = new URL((await browser.submit(await browser.get(url), { person: 'ada' })).url);
    const cut = {
      kind: 'drop_connection',
      provider: 'idp',
      after_applying: true,
      path: '/oidc/token',
    } as const;
    sandbox.control.setFault({ ...cut, times: 1 });
    await expect(oidc.authorizationCodeGrant(rsa, back, checks)).rejects.toThrow();
    await expect(oidc.authorizationCodeGrant(rsa, back, checks)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });
});
