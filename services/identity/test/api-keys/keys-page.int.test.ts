import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { csrfOf, type SignedInBrowser, signedInBrowser } from '../support/browser.js';
import { type IdentityUnderTest, startIdentityUnderTest } from '../support/identity-under-test.js';
import { makeKey, personWith, type SignedIn } from '../support/people-under-test.js';

const PAGE = '/account/keys';
let identity: IdentityUnderTest;
let dev: SignedIn;
let browser: SignedInBrowser;
let people = 0;

beforeAll(async () => {
  identity = await startIdentityUnderTest('keys_page');
});
afterAll(() => identity?.stop());
beforeEach(async () => {
  people += 1;
  dev = await personWith(identity, `dev${people}@example.com`, 'developer');
  browser = await signedInBrowser(identity, dev.user_id);
});

async function submit(path: string, fields: Record<string, string> = {}, by = browser) {
  const csrf = csrfOf((await by.get(PAGE)).text);
  return by.submit(path, { csrf, ...fields });
}

describe('the page of API keys', () => {
  it('makes a key by the click of the person, shows it once, and the key works', async () => {
    const made = await submit(PAGE, { name: 'Nightly <export>', permissions: 'banking:read' });
    expect(made.status).toBe(200);
    const [api_key = ''] = /fl_sim_[0-9A-Za-z]{16}_[0-9A-Za-z]{49}/.exec(made.text) ?? [];
    expect(decodeJwt(await identity.exchange(api_key))).toMatchObject({ scope: 'banking:read' });
    const { text } = await browser.get(PAGE);
    expect(text).toContain('Nightly &lt;export&gt;');
    expect(text).not.toContain(api_key);
  });

  it.each([
    ['no permission', { name: 'x' }],
    ['a permission that its owner lacks', { name: 'x', permissions: 'admin' }],
    ['no name', { permissions: 'banking:read' }],
    ['a day that has passed', { name: 'x', permissions: 'banking:read', expires_on: '2020-01-01' }],
    ['a day that is none', { name: 'x', permissions: 'banking:read', expires_on: 'soon' }],
    ['what is no address', { name: 'x', permissions: 'banking:read', allowed_ips: 'office' }],
  ])('makes none with %s', async (_what, fields) => {
    expect((await submit(PAGE, fields)).status).toBe(400);
    expect((await browser.get(PAGE)).text).toContain('None yet.');
  });

  it('makes none for who may not manage keys, and offers none', async () => {
    const user = await personWith(identity, `user${people}@example.com`);
    const theirs = await signedInBrowser(identity, user.user_id);
    expect((await theirs.get(PAGE)).text).not.toContain('Make a key');
    expect((await submit(PAGE, { name: 'x', permissions: 'banking:read' }, theirs)).status).toBe(400);
  });

  it("revokes a key of one's own, and no other's", async () => {
    const { api_key, key_id } = await makeKey(identity, dev.mesh_token);
    const eve = await personWith(identity, `eve${people}@example.com`, 'developer');
    const eves = await signedInBrowser(identity, eve.user_id);
    expect((await submit(`${PAGE}/${key_id}/revoke`, {}, eves)).status).toBe(404);
    expect(await identity.exchange(api_key)).toEqual(expect.any(String));
    expect(await submit(`${PAGE}/${key_id}/revoke`)).toMatchObject({ status: 303, location: PAGE });
    await expect(identity.exchange(api_key)).rejects.toMatchObject({ reason: 'INVALID_TOKEN' });
  });

  it('takes no form without its token, and nothing from who holds a token instead of a session', async () => {
    expect((await browser.submit(PAGE, { name: 'x', permissions: 'banking:read' })).status).toBe(403);
    const headers = { authorization: `Bearer ${dev.access_token}` };
    const response = await fetch(`${identity.url}${PAGE}`, { headers, redirect: 'manual' });
    expect(response.status).toBe(403);
  });
});
