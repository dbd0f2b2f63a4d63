import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { start } from '../../src/index.js';
import { ACCEPTED, pay, saved, startWithStripe } from './client.js';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sandbox-stripe-'));
});

afterEach(() => rm(dataDir, { recursive: true }));

describe('a restart with a data directory', () => {
  it('keeps who paid, what is under way, keys and the clock, even where the process was killed', async () => {
    const first = await startWithStripe({ dataDir });
    const { customer, payment_method } = await saved(first.stripe, 'pm_card_visa');
    const key = { idempotencyKey: 'pay_1:1' };
    const paid = await pay(first.stripe, payment_method, { customer }, key);
    const debit = await pay(first.stripe, 'pm_usBankAccount', ACCEPTED);
    first.control.advance(3_600_000);

    // Not stopped: what is on disk is what a killed process leaves.
    const second = await startWithStripe({ dataDir });
    const again = await pay(second.stripe, payment_method, { customer }, key);
    expect(again.id).toBe(paid.id);
    expect((await second.stripe.paymentIntents.retrieve(debit.id)).status).toBe('processing');
    second.control.advance(4 * 86_400_000 - 3_600_000);
    expect((await second.stripe.paymentIntents.retrieve(debit.id)).status).toBe('succeeded');
    const balance = await second.stripe.balance.retrieve();
    expect(balance.available.map(({ amount }) => amount)).toEqual([100_004_825, 100_000_000, 100_000_000]);
    await first.sandbox.stop();
    await second.sandbox.stop();
  });

  it('drops a line that a crash cut off, and refuses a state it cannot read', async () => {
    const first = await startWithStripe({ dataDir });
    const { id } = await first.stripe.customers.create();
    await first.sandbox.stop();
    const path = join(dataDir, 'stripe.jsonl');
    await appendFile(path, '{"row":{"kind":"cust');
    const second = await startWithStripe({ dataDir });
    expect((await second.stripe.customers.retrieve(id)).id).toBe(id);
    await second.sandbox.stop();
    expect(await readFile(path, 'utf8')).not.toContain('"cust\n');
    await writeFile(path, '{"version":2}\n');
    await expect(start({ dataDir })).rejects.toThrow(/stripe\.jsonl is not the state/);
  });
});
