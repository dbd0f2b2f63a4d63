import { idToUuid } from '@florin/chassis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Browser } from './support/browser.js';
import {
  type FederationUnderTest,
  OIDC_NAME,
  signInByOidc,
  startFederationUnderTest,
} from './support/federation-under-test.js';

let under: FederationUnderTest;

beforeAll(async () => {
  under = await startFederationUnderTest('oidc');
});
afterEach(() => {
  under.sandbox.control.clearFaults();
});
afterAll(() => under.stop());

const start = (query = '') => `${under.identity.url}/auth/oauth/${OIDC_NAME}/start${query}`;

describe('sign-in with an OpenID provider', () => {
  // proves: federated-sign-in
  it('makes an account for a verified address, tells the mesh, and knows the person again', async () => {
    const browser = new Browser();
    const end = await signInByOidc(under, browser, 'grace');
    expect(end.location).toBe(`${under.identity.url}/account/agents`);
    const user_id = await under.whoIs(browser);
    if (user_id === undefined) expect.fail('nobody is signed in');

    const [user] = await under.identity.sql`
      select roles, email_verified_at is not null as verified, password_hash
      from users where user_id = ${idToUuid(user_id, 'usr')}`;
    expect(user).toEqual({ roles: ['user'], verified: true, password_hash: null });
    const events = await under.identity.sql<{ event: string }[]>`select event::text from outbox`;
    const registered = events.filter(({ event }) => event.includes('florin.identity.user.registered.v1'));
    expect(registered.map(({ event }) => event)).toEqual([expect.stringContaining(user_id)]);
    expect(await under.links(user_id)).toEqual([
      { provider: `oidc:${under.sandbox.oidc_issuer}`, subject: 'grace' },
    ]);

    const again = new Browser();
    await signInByOidc(under, again, 'grace');
    expect(await under.whoIs(again)).toBe(user_id);
  });

  it('says in the session that somebody else knew the person, and how', async () => {
    const browser = new Browser();
    await signInByOidc(under, browser, 'grace');
    const [session] = await under.identity.sql<{ authentication_methods: string[] }[]>`
      select authentication_methods from browser_sessions order by authenticated_at desc limit 1`;
    expect(session?.authentication_methods[0]).toBe('fed');
  });

  it('asks with state, nonce and PKCE by S256, and keeps all of them unreadable', async () => {
    const asked = await new Browser().get(start(), '/oidc/authorize');
    const query = new URL(asked.location ?? '').searchParams;
    expect(query.get('code_challenge_method')).toBe('S256');
    expect(query.get('redirect_uri')).toBe(`${under.identity.url}/auth/oauth/${OIDC_NAME}/callback`);
    const kept = JSON.stringify(await under.identity.sql`select * from federated_sign_ins`);
    for (const name of ['state', 'nonce', 'code_challenge']) {
      const value = query.get(name) ?? '';
      expect(value.length, name).toBeGreaterThan(30);
      expect(kept).not.toContain(value);
    }
  });

  it('makes one account of two first sign-ins at once', async () => {
    const browsers = [new Browser(), new Browser()];
    const ready = await Promise.all(
      browsers.map((browser) => signInByOidc(under, browser, 'noor', { until: '/callback' })),
    );
    const before = await under.accounts();
    await Promise.all(ready.map(({ location = '' }, index) => browsers[index]?.get(location, '/account')));
    expect(await under.accounts()).toBe(before + 1);
  });

  it('lets a person turn back', async () => {
    const browser = new Browser();
    const asked = await browser.get(start());
    const end = await browser.post(asked.url, { cancel: 'true' });
    expect(end.text).toContain('was not completed');
    expect(await under.whoIs(browser)).toBeUndefined();
  });

  it.each(['//evil.example/x', 'https://evil.example', '/\\evil.example'])(
    'never sends anybody on to %s',
    async (return_to) => {
      const browser = new Browser();
      const asked = await browser.get(start(`?return_to=${encodeURIComponent(return_to)}`));
      const end = await browser.post(asked.url, { person: 'grace' }, '/account');
      expect(end.location).toBe(`${under.identity.url}/account/security`);
    },
  );

  it('says so when the provider does not answer, and works again when it does', async () => {
    const other = await startFederationUnderTest('oidc_down');
    try {
      other.sandbox.control.setFault({ kind: 'down', provider: 'idp' });
      const url = `${other.identity.url}/auth/oauth/${OIDC_NAME}/start`;
      const { status, text } = await new Browser().get(url);
      expect(status).toBe(503);
      expect(text).toContain('Florin sandbox does not answer');
      other.sandbox.control.clearFaults();
      other.pass(6_000);
      expect((await new Browser().get(url)).status).toBe(200);
    } finally {
      await other.stop();
    }
  });

  it('is offered at the sign-in, like every organization, and leads on from there', async () => {
    const page = await new Browser().get(`${under.identity.url}/sign-in?return_to=/account/agents`);
    expect(page.text).toContain('Sign in with Florin sandbox');
    expect(page.text).toContain('Sign in with Harbor');
    expect(page.text).toMatch(/auth\/oauth\/florin-sandbox\/start\?return_to=(%2F|\/)account(%2F|\/)agents/);
  });

  it('knows no provider that is not configured', async () => {
    const { status } = await new Browser().get(`${under.identity.url}/auth/oauth/nobody/start`);
    expect(status).toBe(404);
  });

  it('refuses who is suspended, and says so', async () => {
    const browser = new Browser();
    await signInByOidc(under, browser, 'grace');
    const user_id = (await under.whoIs(browser)) ?? '';
    await under.identity.suspend(user_id);
    const suspended = new Browser();
    const end = await signInByOidc(under, suspended, 'grace');
    expect(end.status).toBe(403);
    expect(end.text).toContain('suspended');
    expect(await under.whoIs(suspended)).toBeUndefined();
    await under.identity.sql`update users set suspended_at = null`;
  });
});
