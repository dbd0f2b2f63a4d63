import type { LinkTokenCreateRequest, PlaidApi } from 'plaid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HARBOR, HARBOR_LINK, linkBank, refusalOf, startWithClient } from '../client.js';

let world: Awaited<ReturnType<typeof startWithClient>>;
let plaid: PlaidApi;

beforeAll(async () => {
  world = await startWithClient();
  plaid = world.plaid;
});

afterAll(() => world.sandbox.stop());

const RETURN = 'http://127.0.0.1:8082/link/return';

async function get(path: string) {
  const response = await fetch(`${world.sandbox.plaid_url}${path}`, { redirect: 'manual' });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

async function submit(path: string, fields: [string, string][]) {
  const body = new URLSearchParams(fields);
  const url = `${world.sandbox.plaid_url}${path}`;
  const response = await fetch(url, { method: 'POST', body, redirect: 'manual' });
  return {
    status: response.status,
    location: response.headers.get('location') ?? '',
    text: await response.text(),
  };
}

async function newToken(request: Partial<LinkTokenCreateRequest> = {}) {
  return (await plaid.linkTokenCreate({ ...HARBOR_LINK, ...request })).data.link_token;
}

/** As far as the page where accounts are chosen. */
async function signIn(token: string): Promise<string> {
  const { status, location } = await submit('/link/sign-in', [
    ['token', token],
    ['institution_id', HARBOR],
    ['username', 'user_good'],
    ['password', 'pass_good'],
  ]);
  expect(status).toBe(303);
  return new URL(location, world.sandbox.plaid_url).searchParams.get('session') ?? '';
}

describe('Link', () => {
  it('leads from the bank over sign-in and accounts back to the redirect_uri, with a public token that works', async () => {
    const token = await newToken({ redirect_uri: RETURN });
    const banks = await get(`/link?token=${token}`);
    expect(banks.text).toContain('First Harbor Bank');
    expect(banks.headers.get('content-security-policy')).toContain(
      "form-action 'self' http://127.0.0.1:8082",
    );
    expect((await get(`/link?token=${token}&institution_id=${HARBOR}`)).text).toContain('user_good');

    const session = await signIn(token);
    expect((await get(`/link/accounts?session=${session}`)).text).toContain('Harbor Savings');
    const { status, location } = await submit('/link/accounts', [
      ['session', session],
      ['account', 'checking'],
      ['account', 'savings'],
    ]);
    expect(status).toBe(303);
    const destination = new URL(location);
    expect(destination.origin + destination.pathname).toBe(RETURN);
    expect(destination.searchParams.get('link_token')).toBe(token);

    const public_token = destination.searchParams.get('public_token') ?? '';
    const { access_token } = (await plaid.itemPublicTokenExchange({ public_token })).data;
    const { data } = await plaid.accountsGet({ access_token });
    expect(data.accounts.map((each) => each.subtype)).toEqual(['checking', 'savings']);
    const synced = await plaid.transactionsSync({ access_token, count: 500 });
    const accounts = data.accounts.map((each) => each.account_id);
    expect(synced.data.added.every((each) => accounts.includes(each.account_id))).toBe(true);
  });

  it('returns to completion_redirect_uri as it stands; /link/token/get then has the public token', async () => {
    const link_token = await newToken({ hosted_link: { completion_redirect_uri: `${RETURN}?id=7` } });
    const session = await signIn(link_token);
    const { location } = await submit('/link/accounts', [
      ['session', session],
      ['account', 'checking'],
    ]);
    expect(location).toBe(`${RETURN}?id=7`);
    const { data } = await plaid.linkTokenGet({ link_token });
    const added = data.link_sessions?.[0]?.results?.item_add_results[0];
    expect(added?.institution?.name).toBe('First Harbor Bank');
    await plaid.itemPublicTokenExchange({ public_token: added?.public_token ?? '' });
  });

  it('shows the public token where there is nowhere to return to', async () => {
    const session = await signIn(await newToken());
    const { status, text } = await submit('/link/accounts', [
      ['session', session],
      ['account', 'checking'],
    ]);
    expect(status).toBe(200);
    expect(text).toMatch(/public-sandbox-[0-9a-f-]{36}/);
  });

  it('refuses a wrong password with what to do, and makes nothing', async () => {
    const before = world.sandbox.control.plaid.items().length;
    const { status, text } = await submit('/link/sign-in', [
      ['token', await newToken()],
      ['institution_id', HARBOR],
      ['username', 'user_good'],
      ['password', '<script>'],
    ]);
    expect(status).toBe(401);
    expect(text).toContain('role="alert"');
    expect(text).not.toContain('<script>');
    expect(world.sandbox.control.plaid.items()).toHaveLength(before);
  });

  it('asks again where no account is chosen', async () => {
    const session = await signIn(await newToken());
    expect((await submit('/link/accounts', [['session', session]])).status).toBe(422);
  });

  it('does not open with an unknown, an expired or a used link token', async () => {
    expect((await get('/link?token=link-sandbox-none')).status).toBe(404);
    expect((await get('/link')).status).toBe(400);
    const used = await newToken();
    const session = await signIn(used);
    await submit('/link/accounts', [
      ['session', session],
      ['account', 'checking'],
    ]);
    expect((await get(`/link?token=${used}`)).status).toBe(409);
    const expired = await newToken();
    world.forward(4);
    expect((await get(`/link?token=${expired}`)).status).toBe(410);
  });

  it('returns without a public token when the person cancels', async () => {
    const token = await newToken({ redirect_uri: RETURN });
    const { status, location } = await submit('/link/exit', [['token', token]]);
    expect([status, location]).toEqual([303, `${RETURN}?link_token=${token}`]);
  });

  it('escapes what the client called itself', async () => {
    const token = await newToken({ client_name: '<b>"Florin"</b>' });
    expect((await get(`/link?token=${token}`)).text).toContain('&lt;b&gt;&quot;Florin&quot;&lt;/b&gt;');
  });

  it('repairs a login in update mode, and the access token works again', async () => {
    const { access_token } = await linkBank(plaid);
    await plaid.sandboxItemResetLogin({ access_token });
    const token = await newToken({ access_token, products: null, redirect_uri: RETURN });
    const session = await signIn(token);
    const { location } = await submit('/link/accounts', [
      ['session', session],
      ['account', 'checking'],
      ['account', 'credit'],
    ]);
    expect(new URL(location).searchParams.has('public_token')).toBe(false);
    expect((await plaid.accountsGet({ access_token })).data.accounts).toHaveLength(2);
  });

  it("does not tell of another client's link token", async () => {
    const { error } = await refusalOf(plaid.linkTokenGet({ link_token: 'link-sandbox-none' }));
    expect(error.error_code).toBe('INVALID_LINK_TOKEN');
  });
});
