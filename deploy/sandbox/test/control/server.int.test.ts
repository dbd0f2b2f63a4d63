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
  it.each(['control_url', 'plaid_url'] as const)('has health, readiness and metrics: %s', async (port) => {
    for (const path of ['/healthz', '/readyz']) {
      expect((await fetch(`${world.sandbox[port]}${path}`)).status).toBe(200);
    }
    const metrics = await (await fetch(`${world.sandbox[port]}/metrics`)).text();
    expect(metrics).toContain('# TYPE florin_sandbox_requests_total counter');
  });

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
