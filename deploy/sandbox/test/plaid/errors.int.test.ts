import type { PlaidApi } from 'plaid';
import { CountryCode, Products } from 'plaid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { start } from '../../src/index.js';
import {
  CREDENTIALS,
  clientOf,
  HARBOR,
  HARBOR_LINK,
  linkBank,
  refusalOf,
  startWithClient,
} from '../client.js';

let world: Awaited<ReturnType<typeof startWithClient>>;
let plaid: PlaidApi;

beforeAll(async () => {
  world = await startWithClient();
  plaid = world.plaid;
});

afterAll(() => world.sandbox.stop());

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${world.sandbox.plaid_url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const institution_request = { institution_id: HARBOR, country_codes: ['US'] };

describe('the client id and secret', () => {
  it('are taken from the headers or from the body', async () => {
    const in_body = await post('/institutions/get_by_id', { ...institution_request, ...CREDENTIALS });
    expect(in_body.status).toBe(200);
    const in_headers = await post('/institutions/get_by_id', institution_request, {
      'plaid-client-id': CREDENTIALS.client_id,
      'plaid-secret': CREDENTIALS.secret,
    });
    expect(in_headers.body).toMatchObject({ institution: { name: 'First Harbor Bank' } });
  });

  it('are missed where they are absent', async () => {
    const { status, body } = await post('/institutions/get_by_id', institution_request);
    expect([status, body.error_type, body.error_code, body.error_message]).toEqual([
      400,
      'INVALID_REQUEST',
      'MISSING_FIELDS',
      'the following required fields are missing: client_id, secret',
    ]);
  });

  it('are refused where they are wrong', async () => {
    const stranger = clientOf(world.sandbox, { client_id: CREDENTIALS.client_id, secret: 'wrong' });
    const { status, error } = await refusalOf(stranger.itemGet({ access_token: 'access-sandbox-1' }));
    expect([status, error.error_code]).toEqual([400, 'INVALID_API_KEYS']);
  });

  it('of another client do not open an access token', async () => {
    const open = await start();
    const mine = clientOf(open, { client_id: 'mine', secret: 's' });
    const theirs = clientOf(open, { client_id: 'theirs', secret: 's' });
    const { access_token } = await linkBank(mine);
    const { error } = await refusalOf(theirs.accountsGet({ access_token }));
    expect(error.error_code).toBe('INVALID_ACCESS_TOKEN');
    await open.stop();
  });
});

describe('an error', () => {
  it("has Plaid's shape", async () => {
    const { status, error } = await refusalOf(plaid.accountsGet({ access_token: 'access-sandbox-unknown' }));
    expect(status).toBe(400);
    expect(error).toMatchObject({
      error_type: 'INVALID_INPUT',
      error_code: 'INVALID_ACCESS_TOKEN',
      error_message: 'could not find matching access token',
      display_message: null,
      documentation_url: 'https://plaid.com/docs/?ref=error#invalid-input-errors',
      request_id: expect.stringMatching(/^[A-Za-z0-9]{15}$/),
      suggested_action: null,
    });
  });

  it.each([
    ['a field is absent', {}, 'MISSING_FIELDS', /missing: access_token/],
    ['a field is unknown', { access_token: 'a', colour: 1 }, 'UNKNOWN_FIELDS', /endpoint: colour/],
    ['a field is out of range', { access_token: 'a', count: 501 }, 'INVALID_FIELD', /^count: /],
    ['a field is of the wrong type', { access_token: 5 }, 'INVALID_FIELD', /^access_token: /],
  ])('names the field where %s', async (_case, body, code, message) => {
    const answer = await post('/transactions/sync', { ...CREDENTIALS, ...body });
    expect([answer.status, answer.body.error_code]).toEqual([400, code]);
    expect(answer.body.error_message).toMatch(message);
  });

  it.each(['{', '[]', '"text"'])('says so where the body is no JSON object: %s', async (body) => {
    const answer = await post('/item/get', body);
    expect([answer.status, answer.body.error_code]).toEqual([400, 'INVALID_BODY']);
  });

  it('answers an unknown path and another version', async () => {
    expect((await post('/nowhere', CREDENTIALS)).body.error_code).toBe('NOT_FOUND');
    const answer = await post('/item/get', CREDENTIALS, { 'plaid-version': '2019-05-29' });
    expect(answer.body.error_code).toBe('INVALID_HEADERS');
  });
});

describe('tokens', () => {
  it('a public token is exchanged once', async () => {
    const { data } = await plaid.sandboxPublicTokenCreate({
      institution_id: HARBOR,
      initial_products: [Products.Transactions],
    });
    await plaid.itemPublicTokenExchange({ public_token: data.public_token });
    const { error } = await refusalOf(plaid.itemPublicTokenExchange({ public_token: data.public_token }));
    expect(error.error_code).toBe('INVALID_PUBLIC_TOKEN');
  });

  it('a public token lives for 30 minutes', async () => {
    const { data } = await plaid.sandboxPublicTokenCreate({
      institution_id: HARBOR,
      initial_products: [Products.Transactions],
    });
    world.forward(0.5);
    const { error } = await refusalOf(plaid.itemPublicTokenExchange({ public_token: data.public_token }));
    expect([error.error_code, error.error_message]).toEqual([
      'INVALID_PUBLIC_TOKEN',
      expect.stringContaining('expired'),
    ]);
  });

  it('a link token lives for 4 hours, and 30 minutes where its page is hosted', async () => {
    const plain = await plaid.linkTokenCreate(HARBOR_LINK);
    const hosted = await plaid.linkTokenCreate({ ...HARBOR_LINK, hosted_link: {} });
    const life = (expiration: string) => Date.parse(expiration) - world.now().getTime();
    expect([life(plain.data.expiration), life(hosted.data.expiration)]).toEqual([14_400_000, 1_800_000]);
    expect([plain.data.hosted_link_url, hosted.data.hosted_link_url]).toEqual([
      undefined,
      `${world.sandbox.plaid_url}/link?token=${hosted.data.link_token}`,
    ]);
  });

  it('a product the stand-in does not serve is refused when the link token is asked for', async () => {
    const { error } = await refusalOf(
      plaid.linkTokenCreate({ ...HARBOR_LINK, products: [Products.Investments] }),
    );
    expect(error.error_code).toBe('INVALID_PRODUCT');
  });
});

describe('an item', () => {
  it('that is removed answers ITEM_NOT_FOUND', async () => {
    const { access_token } = await linkBank(plaid);
    await plaid.itemRemove({ access_token });
    const { status, error } = await refusalOf(plaid.transactionsSync({ access_token }));
    expect([status, error.error_type, error.error_code]).toEqual([400, 'ITEM_ERROR', 'ITEM_NOT_FOUND']);
  });

  it('whose login changed refuses data, says so, and can still be removed', async () => {
    const { access_token } = await linkBank(plaid);
    const { data } = await plaid.sandboxItemResetLogin({ access_token });
    expect(data.reset_login).toBe(true);
    const calls = [
      plaid.accountsGet({ access_token }),
      plaid.accountsBalanceGet({ access_token }),
      plaid.transactionsSync({ access_token }),
      plaid.transactionsRefresh({ access_token }),
    ];
    for (const { error } of await Promise.all(calls.map(refusalOf))) {
      expect(error.error_code).toBe('ITEM_LOGIN_REQUIRED');
    }
    const item = (await plaid.itemGet({ access_token })).data.item;
    expect(item.error?.error_code).toBe('ITEM_LOGIN_REQUIRED');
    await plaid.itemRemove({ access_token });
  });

  it('does not know accounts of another', async () => {
    const [one, other] = [await linkBank(plaid), await linkBank(plaid)];
    const { data } = await plaid.accountsGet({ access_token: one.access_token });
    const account_ids = data.accounts.map((each) => each.account_id);
    const { error } = await refusalOf(
      plaid.accountsGet({ access_token: other.access_token, options: { account_ids } }),
    );
    expect(error.error_code).toBe('INVALID_ACCOUNT_ID');
  });
});

describe('institutions', () => {
  it('are listed by country, page by page', async () => {
    const all = { country_codes: [CountryCode.Us], offset: 0, count: 1 };
    const first = await plaid.institutionsGet(all);
    const second = await plaid.institutionsGet({ ...all, offset: 1 });
    expect([first.data.total, first.data.institutions[0]?.name, second.data.institutions[0]?.name]).toEqual([
      2,
      'First Harbor Bank',
      'Meridian Credit Union',
    ]);
    const canada = await plaid.institutionsGet({ ...all, country_codes: [CountryCode.Ca] });
    expect(canada.data.institutions.map((each) => each.name)).toEqual(['Meridian Credit Union']);
  });

  it('that do not exist are refused', async () => {
    const { error } = await refusalOf(
      plaid.institutionsGetById({ institution_id: 'ins_0', country_codes: [CountryCode.Us] }),
    );
    expect(error.error_code).toBe('INVALID_INSTITUTION');
  });
});
