import type { PlaidApi } from 'plaid';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { linkBank, refusalOf, startWithClient, syncAll } from './client.js';

let world: Awaited<ReturnType<typeof startWithClient>>;
let plaid: PlaidApi;
let access_token: string;

beforeAll(async () => {
  world = await startWithClient();
  plaid = world.plaid;
  access_token = (await linkBank(plaid)).access_token;
});

afterEach(() => {
  world.sandbox.control.clearFaults();
});

afterAll(() => world.sandbox.stop());

const set = (fault: Parameters<typeof world.sandbox.control.setFault>[0]) =>
  world.sandbox.control.setFault(fault);
const cut = (call: Promise<unknown>) => expect(call).rejects.toMatchObject({ code: 'ECONNRESET' });

describe('a fault', () => {
  it('is over after the given number of times', async () => {
    set({ kind: 'status', status: 500, times: 2 });
    for (let time = 0; time < 2; time++) {
      const { status, error } = await refusalOf(plaid.itemGet({ access_token }));
      expect([status, error.error_type, error.error_code]).toEqual([
        500,
        'API_ERROR',
        'INTERNAL_SERVER_ERROR',
      ]);
    }
    expect((await plaid.itemGet({ access_token })).status).toBe(200);
    expect(world.sandbox.control.status().faults).toEqual([]);
  });

  it('concerns the named endpoint only', async () => {
    set({ kind: 'status', status: 429, path: '/transactions/sync' });
    const { status, error } = await refusalOf(plaid.transactionsSync({ access_token }));
    expect([status, error.error_type, error.error_code]).toEqual([
      429,
      'RATE_LIMIT_EXCEEDED',
      'TRANSACTIONS_SYNC_LIMIT',
    ]);
    expect((await plaid.accountsGet({ access_token })).status).toBe(200);
  });

  it("answers with any of Plaid's errors", async () => {
    set({ kind: 'error', error_code: 'INSTITUTION_DOWN', path: '/accounts/balance/get', times: 1 });
    const { error } = await refusalOf(plaid.accountsBalanceGet({ access_token }));
    expect([error.error_type, error.error_code]).toEqual(['INSTITUTION_ERROR', 'INSTITUTION_DOWN']);
  });

  it('applies and then says 500, so that the caller cannot know', async () => {
    const doomed = await linkBank(plaid);
    set({ kind: '500_after_applying', path: '/item/remove', times: 1 });
    expect((await refusalOf(plaid.itemRemove({ access_token: doomed.access_token }))).status).toBe(500);
    const { error } = await refusalOf(plaid.itemGet({ access_token: doomed.access_token }));
    expect(error.error_code).toBe('ITEM_NOT_FOUND');
  });

  it('cuts the connection before the work, or after it', async () => {
    const doomed = await linkBank(plaid);
    set({ kind: 'drop_connection', path: '/item/remove', times: 1 });
    await cut(plaid.itemRemove({ access_token: doomed.access_token }));
    expect((await plaid.itemGet({ access_token: doomed.access_token })).status).toBe(200);
    set({ kind: 'drop_connection', after_applying: true, path: '/item/remove', times: 1 });
    await cut(plaid.itemRemove({ access_token: doomed.access_token }));
    const { error } = await refusalOf(plaid.itemGet({ access_token: doomed.access_token }));
    expect(error.error_code).toBe('ITEM_NOT_FOUND');
  });

  it('takes the provider down, its health excepted, until cleared', async () => {
    const { id } = set({ kind: 'down' });
    await cut(plaid.itemGet({ access_token }));
    await cut(plaid.accountsGet({ access_token }));
    expect((await fetch(`${world.sandbox.plaid_url}/healthz`)).status).toBe(200);
    expect(world.sandbox.control.clearFaults(id)).toBe(1);
    expect((await plaid.itemGet({ access_token })).status).toBe(200);
  });

  it('slows answers down', async () => {
    set({ kind: 'latency', latency_ms: 120, times: 1 });
    const before_ms = performance.now();
    await plaid.itemGet({ access_token });
    expect(performance.now() - before_ms).toBeGreaterThanOrEqual(115);
  });

  it('limits the rate per endpoint and window, by the clock of the stand-in', async () => {
    set({ kind: 'rate_limit', limit: 2, window_ms: 60_000 });
    await plaid.itemGet({ access_token });
    await plaid.itemGet({ access_token });
    expect((await refusalOf(plaid.itemGet({ access_token }))).error.error_code).toBe('ITEM_GET_LIMIT');
    await plaid.accountsGet({ access_token });
    world.forward(1);
    expect((await plaid.itemGet({ access_token })).status).toBe(200);
  });

  it('mutates during pagination on later pages only, and the loop can be begun again', async () => {
    set({ kind: 'mutation_during_pagination', times: 1 });
    const { error } = await refusalOf(syncAll(plaid, access_token, undefined, 100));
    expect(error.error_code).toBe('TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION');
    expect((await syncAll(plaid, access_token, undefined, 100)).added.length).toBeGreaterThan(1_000);
  });
});
