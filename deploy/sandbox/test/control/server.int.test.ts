import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { linkBank, refusalOf, startWithClient } from '../client.js';

let world: Awaited<ReturnType<typeof startWithClient>>;

beforeAll(async () => {
  world = await startWithClient();
});

afterEach(() => {
  world.sandbox.control.clearFaults();
});

afterAll(() => world.sandbox.stop());

async function call(method: string, path: string, body?: unknown) {
  const response = await fetch(`${world.sandbox.control_url}${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('the page', () => {
  it('shows what runs and which faults are on, without script', async () => {
    world.sandbox.control.setFault({ kind: 'latency', latency_ms: 250, path: '/item/get' });
    const response = await fetch(world.sandbox.control_url);
    const text = await response.text();
    expect(text).toContain(world.sandbox.plaid_url);
    expect(text).toMatch(/latency, latency_ms 250<\/td>\s*<td>plaid: \/item\/get/);
    expect(text).not.toContain('<script');
    const policy = response.headers.get('content-security-policy');
    expect(policy).toBe(
      "default-src 'none';style-src 'self';form-action 'self';base-uri 'none';frame-ancestors 'none'",
    );
  });
});

describe('every port', () => {
  it.each(['control_url', 'plaid_url', 'stripe_url', 'oidc_issuer', 'mail_url'] as const)(
    'has health, readiness and metrics: %s',
    async (port) => {
      const { origin } = new URL(world.sandbox[port]);
      for (const path of ['/healthz', '/readyz']) {
        expect((await fetch(`${origin}${path}`)).status).toBe(200);
      }
      const metrics = await (await fetch(`${origin}/metrics`)).text();
      expect(metrics).toContain('# TYPE florin_sandbox_requests_total counter');
    },
  );

  it('counts requests by endpoint, and never by what strangers ask for', async () => {
    await refusalOf(world.plaid.itemGet({ access_token: 'access-sandbox-none' }));
    await fetch(`${world.sandbox.plaid_url}/guess/1`, { method: 'POST' });
    const metrics = await (await fetch(`${world.sandbox.plaid_url}/metrics`)).text();
    expect(metrics).toMatch(/requests_total\{path="\/item\/get",status="400",port="plaid"\} \d/);
    expect(metrics).not.toContain('/guess');
  });
});

describe('faults', () => {
  it('are set, listed and cleared over HTTP', async () => {
    const fault = { kind: 'status', status: 500, path: '/item/get' };
    const set = await call('POST', '/faults', fault);
    expect([set.status, set.body.fault]).toMatchObject([201, { ...fault, provider: 'plaid' }]);
    expect((await call('GET', '/status')).body.faults).toMatchObject([fault]);
    const { error } = await refusalOf(world.plaid.itemGet({ access_token: 'access-sandbox-none' }));
    expect(error.error_code).toBe('INTERNAL_SERVER_ERROR');
    expect((await call('DELETE', '/faults')).body).toEqual({ cleared: 1 });
    expect((await call('GET', '/status')).body.faults).toEqual([]);
  });

  it('that make no sense are refused by field', async () => {
    const { status, body } = await call('POST', '/faults', { kind: 'latency', latency_ms: -1, spin: true });
    expect(status).toBe(400);
    expect(JSON.stringify(body.problems)).toMatch(/latency_ms.*spin/);
  });

  it('cannot be set by a form on a page elsewhere', async () => {
    const body = JSON.stringify({ kind: 'down' });
    const headers = { 'content-type': 'text/plain' };
    const response = await fetch(`${world.sandbox.control_url}/faults`, { method: 'POST', body, headers });
    expect(response.status).toBe(400);
    expect(world.sandbox.control.status().faults).toEqual([]);
  });
});

describe('the bank', () => {
  it('adds, changes, posts and removes transactions, and breaks and repairs the login', async () => {
    const { access_token, item_id } = await linkBank(world.plaid);
    const account_id = (await world.plaid.accountsGet({ access_token })).data.accounts[0]?.account_id;
    const base = `/plaid/items/${item_id}`;
    const added = await call('POST', `${base}/transactions`, {
      account_id,
      amount: 8.5,
      name: 'TEST',
      pending: true,
    });
    expect(added.status).toBe(201);
    const changed = await call('PATCH', `${base}/transactions/${added.body.transaction_id}`, { amount: 9 });
    expect(changed.status).toBe(200);
    const posted = await call('POST', `${base}/transactions/${added.body.transaction_id}/post`);
    const { transactions } = (await call('GET', `${base}/transactions`)).body;
    expect(transactions).toContainEqual(
      expect.objectContaining({ transaction_id: posted.body.transaction_id, amount: 9, pending: false }),
    );
    expect((await call('DELETE', `${base}/transactions/${posted.body.transaction_id}`)).status).toBe(200);

    await call('POST', `${base}/require-login`);
    const { error } = await refusalOf(world.plaid.accountsGet({ access_token }));
    expect(error.error_code).toBe('ITEM_LOGIN_REQUIRED');
    await call('POST', `${base}/repair-login`);
    expect((await world.plaid.accountsGet({ access_token })).status).toBe(200);
  });

  it('says what is wrong with an unknown item, transaction or address', async () => {
    const { item_id } = await linkBank(world.plaid);
    expect((await call('POST', '/plaid/items/none/require-login')).status).toBe(404);
    expect((await call('DELETE', `/plaid/items/${item_id}/transactions/none`)).body).toEqual({
      error: 'transaction none is not in this item',
    });
    expect((await call('GET', '/nowhere')).status).toBe(404);
    const bad = await call('POST', `/plaid/items/${item_id}/webhooks`, { webhook_code: 'NONE' });
    expect(bad.status).toBe(400);
  });
});

describe('the identity providers', () => {
  it('tell who can sign in, and respond as told', async () => {
    const { people } = (await call('GET', '/idp/people')).body;
    expect(people).toContainEqual(expect.objectContaining({ id: 'ben', email_verified: false }));
    const { current } = (await call('GET', '/idp/saml/certificates')).body;
    expect(current).toContain('BEGIN CERTIFICATE');
    const unasked = { acs_url: 'http://127.0.0.1:8081/acs', audience: 'florin', attack: 'xsw3' };
    const made = await call('POST', '/idp/saml/responses', unasked);
    expect([made.status, made.body.person]).toEqual([201, 'ada']);
    expect((await call('GET', '/idp/saml/responses')).body.responses).toEqual([made.body]);
  });

  it('say what is wrong with what they are told', async () => {
    const unknown = await call('POST', '/idp/saml/responses', { attack: 'xsw9' });
    expect([unknown.status, JSON.stringify(unknown.body.problems)]).toEqual([
      400,
      expect.stringContaining('attack'),
    ]);
    const nobody = { acs_url: 'http://127.0.0.1:8081/acs', audience: 'florin', person: 'eve' };
    expect((await call('POST', '/idp/saml/responses', nobody)).body.error).toContain('Nobody is called eve');
  });

  it('misbehave as a fault, shown on the page', async () => {
    await call('POST', '/faults', { kind: 'oidc', how: 'wrong_nonce', times: 2 });
    await call('POST', '/faults', { kind: 'saml', response: { signed: 'none' } });
    const text = await (await fetch(world.sandbox.control_url)).text();
    expect(text).toMatch(/oidc, how wrong_nonce<\/td>/);
    expect(text).toContain('{&quot;signed&quot;:&quot;none&quot;}');
  });
});
