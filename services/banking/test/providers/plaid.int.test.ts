import { type Sandbox, start } from '@florin/sandbox';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BankData } from '../../src/providers/bank-data.js';
import { createPlaid } from '../../src/providers/plaid.js';

let sandbox: Sandbox;
let bank: BankData;

beforeAll(async () => {
  sandbox = await start({ seed: 'plaid' });
  const { plaid_url: base_path } = sandbox;
  bank = createPlaid({ base_path, client_id: 'florin', secret: 'secret', simulated: true, timeout_ms: 250 });
});
afterEach(() => {
  sandbox.control.clearFaults();
});
afterAll(() => sandbox.stop(100));

const request = {
  user_id: 'usr_1',
  return_url: 'http://127.0.0.1/back',
  webhook_url: 'http://127.0.0.1/hook',
};

describe('the Plaid adapter', () => {
  it('repeats a read that failed in passing, so that nobody notices', async () => {
    for (const fault of [
      { kind: 'status', status: 500 },
      { kind: 'status', status: 429 },
      { kind: 'drop_connection' },
    ] as const) {
      sandbox.control.setFault({ ...fault, path: '/link/token/create', times: 2 });
      await expect(bank.createLinkToken(request), fault.kind).resolves.toMatchObject({
        link_token: expect.stringMatching(/^link-/),
        hosted_url: expect.stringContaining(`${sandbox.plaid_url}/link?token=link-`),
      });
      expect(sandbox.control.status().faults).toEqual([]);
    }
  });

  it('gives up after three attempts', async () => {
    sandbox.control.setFault({ kind: 'status', status: 500, path: '/link/token/create', times: 4 });
    await expect(bank.createLinkToken(request)).rejects.toMatchObject({ reason: 'PROVIDER_UNAVAILABLE' });
    // The fourth was never needed, so it still waits.
    expect(sandbox.control.status().faults).toMatchObject([{ times: 1 }]);
  });

  it('waits no longer than its timeout, three times', async () => {
    sandbox.control.setFault({ kind: 'latency', latency_ms: 5_000, path: '/link/token/create' });
    const started = performance.now();
    await expect(bank.createLinkToken(request)).rejects.toMatchObject({ reason: 'PROVIDER_UNAVAILABLE' });
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  it('does not repeat what works once', async () => {
    sandbox.control.setFault({ kind: 'status', status: 500, path: '/item/public_token/exchange', times: 2 });
    await expect(bank.exchangePublicToken('public-sandbox-1')).rejects.toMatchObject({
      reason: 'PROVIDER_UNAVAILABLE',
    });
    expect(sandbox.control.status().faults).toMatchObject([{ times: 1 }]);
  });

  it('does not repeat what can never succeed, and says so', async () => {
    await expect(bank.exchangePublicToken('public-sandbox-1')).rejects.toMatchObject({
      reason: 'INVALID_PUBLIC_TOKEN',
    });
    expect(await bank.getWebhookKey('no-such-key')).toBeUndefined();
    // Withdrawing what is not there is what was wanted.
    await bank.removeLink('access-sandbox-00000000-0000-0000-0000-000000000000');
  });
});
