import { idToUuid } from '@florin/chassis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser } from './support/browser.js';
import {
  askSaml,
  type FederationUnderTest,
  SAML_NAME,
  signInBySaml,
  startFederationUnderTest,
} from './support/federation-under-test.js';

let under: FederationUnderTest;

beforeAll(async () => {
  under = await startFederationUnderTest('saml');
});
afterAll(() => under.stop());

const page = (name: string) => `${under.identity.url}/auth/saml/${SAML_NAME}/${name}`;

async function rolesOf(user_id = ''): Promise<string[] | undefined> {
  const [user] = await under.identity.sql<{ roles: string[] }[]>`
    select roles from users where user_id = ${idToUuid(user_id, 'usr')}`;
  return user?.roles;
}

describe('sign-in over SAML', () => {
  // proves: federated-sign-in
  it('makes an account with the mapped roles, and knows the person again', async () => {
    const browser = new Browser();
    const end = await signInBySaml(under, browser);
    expect(end.location).toBe(`${under.identity.url}/account/agents`);
    const user_id = await under.whoIs(browser);
    if (user_id === undefined) expect.fail('nobody is signed in');
    expect(await rolesOf(user_id)).toEqual(['user', 'analyst']);
    expect(await under.links(user_id)).toEqual([
      { provider: `saml:${under.sandbox.control.idp.saml.entity_id}`, subject: 'grace' },
    ]);

    const again = new Browser();
    await signInBySaml(under, again);
    expect(await under.whoIs(again)).toBe(user_id);
  });

  it('works through the pages of a provider, as a person sees them', async () => {
    const browser = new Browser();
    const asked = await browser.get(page('start'));
    expect(asked.url).toContain('/saml/sso');
    const field = (name: string, text: string) =>
      new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? '';
    const form = { SAMLRequest: field('SAMLRequest', asked.text).replaceAll('&amp;', '&'), person: 'grace' };
    const answer = await browser.post(new URL('/saml/sign-in', asked.url).href, form);
    const SAMLResponse = field('SAMLResponse', answer.text);
    await browser.postFromElsewhere(page('acs'), { SAMLResponse }, '/account');
    expect(await under.whoIs(browser)).toBeDefined();
  });

  it('takes back a role that the groups no longer give, and leaves others alone', async () => {
    const browser = new Browser();
    await signInBySaml(under, browser, { person: 'kim' });
    const user_id = (await under.whoIs(browser)) ?? '';
    await under.identity.sql`
      update users set roles = '{user,analyst,auditor}' where user_id = ${idToUuid(user_id, 'usr')}`;
    await signInBySaml(under, new Browser(), { person: 'kim' });
    expect(await rolesOf(user_id)).toEqual(['user', 'auditor']);
    const events = await under.identity.sql<{ event: string }[]>`select event::text from outbox`;
    expect(events.some(({ event }) => event.includes('user.updated') && event.includes(user_id))).toBe(true);
  });

  it('links an address that has an account here only after its owner has signed in to it', async () => {
    const ada = await under.identity.register('ada@florin.test');
    const browser = new Browser();
    const asked = await signInBySaml(under, browser, { person: 'ada' });
    expect(asked.text).toContain('You have an account already');
    expect(await under.whoIs(browser)).toBeUndefined();
    expect(await under.links(ada)).toEqual([]);
  });

  it('says so when the person turned back at the provider', async () => {
    const browser = new Browser();
    const end = await signInBySaml(under, browser, { status: 'denied' });
    expect(end.text).toContain('was not completed');
  });

  it('refuses who is suspended', async () => {
    await under.identity.sql`update users set suspended_at = now()`;
    const browser = new Browser();
    const end = await signInBySaml(under, browser);
    expect(end.status).toBe(403);
    expect(end.text).toContain('suspended');
    await under.identity.sql`update users set suspended_at = null`;
  });

  it('describes itself to the provider: signed assertions, at one address', async () => {
    const { text, status } = await new Browser().get(page('metadata'));
    expect(status).toBe(200);
    expect(text).toContain(`entityID="${page('metadata')}"`);
    expect(text).toContain('WantAssertionsSigned="true"');
    expect(text).toContain(`Location="${page('acs')}"`);
  });

  it('allows for clocks that differ by less than a minute', async () => {
    for (const clock_skew_ms of [-340_000, 100_000]) {
      const browser = new Browser();
      await signInBySaml(under, browser, { clock_skew_ms });
      expect(await under.whoIs(browser), `${clock_skew_ms} ms`).toBeDefined();
    }
  });

  it('takes a response that is signed as a whole besides', async () => {
    const browser = new Browser();
    await signInBySaml(under, browser, { signed: 'both' });
    expect(await under.whoIs(browser)).toBeDefined();
  });

  it('takes the new certificate beside the old one while they roll over, and no other', async () => {
    const { next, current } = await under.sandbox.control.idp.saml.certificates();
    await under.identity.sql`update saml_connections set certificates = ${[current, next]}`;
    const outcomes = [];
    for (const key of ['current', 'next', 'unknown'] as const) {
      const browser = new Browser();
      await signInBySaml(under, browser, { key });
      outcomes.push((await under.whoIs(browser)) !== undefined);
    }
    expect(outcomes).toEqual([true, true, false]);
    await under.identity.sql`update saml_connections set certificates = ${[current]}`;
  });

  it('starts a sign-in of its own where a response comes that nobody asked for, if that is allowed', async () => {
    await under.identity.sql`update saml_connections set allows_idp_initiated = true`;
    const browser = new Browser();
    const { saml_response } = await under.sandbox.control.idp.saml.respond({
      person: 'grace',
      acs_url: page('acs'),
      audience: page('metadata'),
    });
    const asked = await browser.postFromElsewhere(page('acs'), { SAMLResponse: saml_response }, '/saml/sso');
    expect(asked.location).toContain('SAMLRequest=');
    expect(await under.whoIs(browser), 'what came unasked signs nobody in').toBeUndefined();
    await under.identity.sql`update saml_connections set allows_idp_initiated = false`;
  });

  it('makes no account where the connection may not', async () => {
    await under.identity.sql`update saml_connections set provisions_accounts = false`;
    const browser = new Browser();
    const end = await signInBySaml(under, browser, { person: 'noor' });
    expect(end.text).toContain('may not make one');
    expect(await under.whoIs(browser)).toBeUndefined();
    await under.identity.sql`update saml_connections set provisions_accounts = true`;
  });

  it('of two answers to one request honours one', async () => {
    const browser = new Browser();
    const one = await askSaml(under, browser);
    const request = await askSaml(under, new Browser(), { in_response_to: one.in_response_to ?? '' });
    const ends = await Promise.all(
      [one, request].map(({ acs_url, saml_response }) =>
        new Browser().postFromElsewhere(acs_url, { SAMLResponse: saml_response }, '/finish'),
      ),
    );
    expect(ends.map(({ status }) => status).sort()).toEqual([303, 403]);
  });
});

describe('a mapping to admin', () => {
  it('holds where the connection says so, and never takes the last admin', async () => {
    const other = await startFederationUnderTest('saml_admin', {
      saml: { role_mapping: { admins: 'admin' }, grants_admin: true },
    });
    try {
      const browser = new Browser();
      await signInBySaml(other, browser, { person: 'noor' });
      const noor = (await other.whoIs(browser)) ?? '';
      const roles = async (user_id: string) =>
        (await other.identity.sql`select roles from users where user_id = ${idToUuid(user_id, 'usr')}`)[0]
          ?.roles;
      expect(await roles(noor)).toEqual(['user', 'admin']);

      const second = new Browser();
      await signInBySaml(other, second, { person: 'grace' });
      const grace = (await other.whoIs(second)) ?? '';
      await other.identity.sql`update users set roles = '{user,admin}'`;
      await signInBySaml(other, new Browser(), { person: 'grace' });
      expect(await roles(grace), 'noor is one too').toEqual(['user']);

      await other.identity.sql`update users set roles = '{user}' where user_id = ${idToUuid(noor, 'usr')}`;
      await other.identity
        .sql`update users set roles = '{user,admin}' where user_id = ${idToUuid(grace, 'usr')}`;
      await signInBySaml(other, new Browser(), { person: 'grace' });
      expect(await roles(grace), 'the last one').toEqual(['user', 'admin']);
    } finally {
      await other.stop();
    }
  });
});
