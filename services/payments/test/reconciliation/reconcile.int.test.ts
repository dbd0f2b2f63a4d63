import { createLogger } from '@florin/chassis';
import { createDatabase, type Database } from '@florin/postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStripe } from '../../src/providers/stripe.js';
import { reconcile } from '../../src/reconciliation/reconcile.js';
import { claimDay, openDiscrepancies } from '../../src/store/reconciliations.js';
import {
  type PaymentsUnderTest,
  type Person,
  startPaymentsUnderTest,
} from '../support/payments-under-test.js';

const logger = createLogger({ name: 'test', level: 'silent' });

let payments: PaymentsUnderTest;
let database: Database;
let ada: Person;

beforeAll(async () => {
  payments = await startPaymentsUnderTest('reconcile');
  database = createDatabase({ url: payments.database.url, application_name: 'reconcile test', logger });
  ada = await payments.newPerson(10_000n);
  const { payment_method_id } = await payments.tool(
    'add_payment_method',
    { payment_token: 'pm_card_visa' },
    ada,
  );
  for (const amount of ['20.00', '30.00']) {
    await payments.pay({ source_id: payment_method_id, destination_id: ada.wallet_id, amount }, ada);
  }
});
afterAll(async () => {
  await database.close();
  await payments.stop();
});

/** The books of today, compared at once: also what was paid in this second. */
function run() {
  const now = new Date(payments.clock.now().getTime() + 1);
  const provider = createStripe({
    secret_key: 'sk_test_florin_local',
    webhook_secrets: ['whsec_florin_local'],
    base_url: payments.sandbox.stripe_url,
    public_url: payments.url,
    now: () => now,
  });
  return reconcile({ database, provider, logger }, now.toISOString().slice(0, 10), now);
}

describe('the books', () => {
  it("agree with the provider's after payments and refunds", async () => {
    const { findings, compared } = await run();
    expect(findings).toEqual([]);
    expect(compared).toBeGreaterThanOrEqual(4);
  });

  it('that differ are told once, and are resolved once they agree again', async () => {
    const [{ payment_id: paid } = { payment_id: '' }] = await payments.sql<{ payment_id: string }[]>`
      select payment_id from payments where amount_minor = 2000`;
    await payments.sql`update payments set amount_minor = 1900 where payment_id = ${paid}`;
    const first = await run();
    expect(first.findings.map(({ kind }) => kind).sort()).toEqual(['amount_differs', 'ledger_differs']);
    expect(first.opened).toBe(2);
    expect((await run()).opened).toBe(0);
    expect(await openDiscrepancies(database.db)).toHaveLength(2);

    await payments.sql`update payments set amount_minor = 2000 where payment_id = ${paid}`;
    expect((await run()).findings).toEqual([]);
    expect(await openDiscrepancies(database.db)).toEqual([]);
  });

  it('tell of money that the provider has moved and nobody here asked for', async () => {
    const charged = await fetch(`${payments.sandbox.stripe_url}/v1/payment_intents`, {
      method: 'POST',
      headers: {
        authorization: 'Bearer sk_test_florin_local',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({
        amount: '700',
        currency: 'usd',
        confirm: 'true',
        payment_method: 'pm_card_visa',
        return_url: 'https://florin.test/back',
      }),
    });
    expect(await charged.json()).toMatchObject({ status: 'succeeded' });
    expect((await run()).findings).toMatchObject([{ kind: 'unknown_at_ours', found: '700' }]);
  });

  it('of a day are compared by one process', async () => {
    const now = payments.clock.now();
    const claims = [1, 2, 3].map(() => claimDay(database.db, '2020-02-29', now));
    expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1);
    const later = new Date(now.getTime() + 2 * 3_600_000);
    expect(await claimDay(database.db, '2020-02-29', later)).toBe(true);
  });
});
