import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Browser, type Visit } from './support/browser.js';
import {
  type FederationUnderTest,
  signInByOidc,
  startFederationUnderTest,
} from './support/federation-under-test.js';

let under: FederationUnderTest;
let ada: string;
let ben: string;

beforeAll(async () => {
  under = await startFederationUnderTest('links');
  ada = await under.identity.register('ada@florin.test');
  ben = await under.identity.register('ben@florin.test');
});
beforeEach(async () => {
  await under.identity.sql`delete from federated_accounts`;
});
afterAll(() => under.stop());

function csrfOf({ text }: Visit): string {
  return /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? '';
}

// proves: federated-link-needs-proof
describe('an address that has an account here', () => {
  it('is linked after its owner has signed in to that account and agreed, and then signs in by itself', async () => {
    const browser = new Browser();
    const asked = await signInByOidc(under, browser, 'ada', { return_to: '/account/agents' });
    expect(asked.text).toContain('You have an account already');
    expect(asked.text).toContain('ada@florin.test');
    expect(await under.whoIs(browser), 'the provider alone is no proof').toBeUndefined();
    expect(await under.links(ada)).toEqual([]);

    await under.signInHere(browser, ada);
    const confirm = await browser.get(asked.url);
    expect(confirm.text).toContain('Connect Florin sandbox');
    expect(await under.links(ada), 'to look is not to agree').toEqual([]);
    const form = { csrf: csrfOf(confirm), decision: 'connect' };
    const done = await browser.post(asked.url, form, '/account/agents');
    expect(done.status).toBe(303);
    expect(await under.links(ada)).toEqual([
      { provider: `oidc:${under.sandbox.oidc_issuer}`, subject: 'ada' },
    ]);

    const later = new Browser();
    await signInByOidc(under, later, 'ada');
    expect(await under.whoIs(later)).toBe(ada);
  });

  it('is not linked to the account of somebody else who is signed in', async () => {
    const browser = new Browser();
    const asked = await signInByOidc(under, browser, 'ada');
    await under.signInHere(browser, ben);
    const page = await browser.get(asked.url);
    expect(page.status).toBe(403);
    const done = await browser.post(asked.url, { csrf: csrfOf(page), decision: 'connect' });
    expect(done.status).toBe(403);
    expect([await under.links(ada), await under.links(ben)]).toEqual([[], []]);
  });

  it('is not linked in another browser than the one that came from the provider', async () => {
    const attacker = new Browser();
    const asked = await signInByOidc(under, attacker, 'ada');
    const victim = new Browser();
    await under.signInHere(victim, ada);
    const page = await victim.get(asked.url);
    expect(page.status).toBe(403);
    expect(page.text).not.toContain('ada@florin.test');
  });

  it('is not linked by a form that another site sends, nor without the form’s own token', async () => {
    const browser = new Browser();
    const asked = await signInByOidc(under, browser, 'ada');
    await under.signInHere(browser, ada);
    const csrf = csrfOf(await browser.get(asked.url));
    await browser.post(asked.url, { csrf: 'wrong', decision: 'connect' });
    await browser.postFromElsewhere(asked.url, { csrf, decision: 'connect' });
    expect(await under.links(ada)).toEqual([]);
  });

  it('is not linked where the person says no, nor with the same page afterwards', async () => {
    const browser = new Browser();
    const asked = await signInByOidc(under, browser, 'ada');
    await under.signInHere(browser, ada);
    const csrf = csrfOf(await browser.get(asked.url));
    await browser.post(asked.url, { csrf, decision: 'cancel' }, '/account');
    expect((await browser.post(asked.url, { csrf, decision: 'connect' })).status).toBe(403);
    expect(await under.links(ada)).toEqual([]);
  });

  it('is not linked after ten minutes', async () => {
    const browser = new Browser();
    const asked = await signInByOidc(under, browser, 'ada');
    await under.signInHere(browser, ada);
    under.pass(10 * 60_000 + 1);
    expect((await browser.get(asked.url)).status).toBe(403);
  });
});

// proves: unverified-address-is-nobodys
describe('an address that the provider has not checked', () => {
  it('links to no account, though one has it', async () => {
    const browser = new Browser();
    const end = await signInByOidc(under, browser, 'ben');
    expect(end.status).toBe(403);
    expect(end.text).toContain('has not checked');
    expect(await under.links(ben)).toEqual([]);
  });

  it('makes no account', async () => {
    const before = await under.accounts();
    await signInByOidc(under, new Browser(), 'kim');
    await signInByOidc(under, new Browser(), 'lee');
    expect(await under.accounts()).toBe(before);
  });
});

describe('a connected account', () => {
  const connections = () => `${under.identity.url}/account/connections`;

  async function connect(): Promise<Browser> {
    const browser = new Browser();
    const asked = await signInByOidc(under, browser, 'ada');
    await under.signInHere(browser, ada);
    const csrf = csrfOf(await browser.get(asked.url));
    await browser.post(asked.url, { csrf, decision: 'connect' }, '/account');
    return browser;
  }
  const name = () => ({ provider: `oidc:${under.sandbox.oidc_issuer}`, subject: 'ada' });

  it('is shown to its owner, and signs nobody in any more once it is disconnected', async () => {
    const browser = await connect();
    const page = await browser.get(connections());
    expect(page.text).toContain('Disconnect Florin sandbox');
    const done = await browser.post(connections(), { csrf: csrfOf(page), ...name() });
    expect(done.text).toContain('Disconnected');
    expect(await under.links(ada)).toEqual([]);
    const later = new Browser();
    expect((await signInByOidc(under, later, 'ada')).text).toContain('You have an account already');
    expect(await under.whoIs(later)).toBeUndefined();
  });

  it('is disconnected by nobody else, and not without the form’s own token', async () => {
    const owner = await connect();
    await owner.post(connections(), { csrf: 'wrong', ...name() });
    const stranger = new Browser();
    await under.signInHere(stranger, ben);
    const page = await stranger.get(connections());
    expect(page.text).not.toContain('Florin sandbox');
    await stranger.post(connections(), { csrf: csrfOf(page), ...name() });
    expect(await under.links(ada)).toHaveLength(1);
  });

  it('stays where it is the only way in', async () => {
    const browser = new Browser();
    await signInByOidc(under, browser, 'grace');
    const grace = (await under.whoIs(browser)) ?? '';
    const page = await browser.get(connections());
    const sent = { csrf: csrfOf(page), ...name(), subject: 'grace' };
    const refused = await browser.post(connections(), sent);
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('only way into your account');
    expect(await under.links(grace)).toHaveLength(1);
  });
});
