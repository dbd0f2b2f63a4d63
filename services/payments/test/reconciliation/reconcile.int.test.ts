import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reconcileNow } from '../../src/reconcile-command.js';
import { claimDay, finishDay, openDiscrepancies, reopenDay } from '../../src/store/reconciliations.js';
import {
  type Json,
  type PaymentsUnderTest,
  type Person,
  startPaymentsUnderTest,
} from '../support/payments-under-test.js';
import { type Reconciling, startReconciling } from '../support/reconciling.js';

const DAY_MS = 86_400_000;

let payments: PaymentsUnderTest;
let reconciling: Reconciling;
let ada: Person;

beforeAll(async () => {
  payments = await startPaymentsUnderTest('reconcile');
  reconciling = startReconciling(payments);
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
  await reconciling?.stop();
  await payments?.stop();
});

const run = (ahead_ms?: number) => reconciling.run({}, ahead_ms);

/** What somebody does in Stripe's dashboard, or with its API: nobody here asked for it. */
async function byHand(path: string, given: Record<string, string>): Promise<Json> {
  const answer = await fetch(`${payments.sandbox.stripe_url}${path}`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer sk_test_florin_local',
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams(given),
  });
  const made = (await answer.json()) as Json;
  expect(made).toMatchObject({ status: 'succeeded' });
  return made;
}

const charge = (amount: string, more: Record<string, string> = {}) =>
  byHand('/v1/payment_intents', {
    amount,
    currency: 'usd',
    confirm: 'true',
    payment_method: 'pm_card_visa',
    return_url: 'https://florin.test/back',
    ...more,
  });

describe('the books', { timeout: 90_000 }, () => {
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
    expect(await openDiscrepancies(reconciling.database.db)).toHaveLength(2);

    await payments.sql`update payments set amount_minor = 2000 where payment_id = ${paid}`;
    expect((await run()).findings).toEqual([]);
    expect(await openDiscrepancies(reconciling.database.db)).toEqual([]);
  });

  it('that differ stay so until they are seen to agree, however long that takes', async () => {
    const { sql } = payments;
    const [{ payment_id: paid } = { payment_id: '' }] = await sql<{ payment_id: string }[]>`
      select payment_id from payments where amount_minor = 2000`;
    await sql`update payments set amount_minor = 1900 where payment_id = ${paid}`;
    await run();
    // Nine days later nobody looks at that payment any more.
    await run(9 * DAY_MS);
    expect(await openDiscrepancies(reconciling.database.db)).toHaveLength(2);
    await sql`update payments set amount_minor = 2000 where payment_id = ${paid}`;
    expect((await run()).findings).toEqual([]);
    expect(await openDiscrepancies(reconciling.database.db)).toEqual([]);
  });

  it('tell of money that the provider has moved and nobody here asked for', async () => {
    await charge('700');
    expect((await run()).findings).toMatchObject([{ kind: 'unknown_at_ours', found: '700' }]);
  });

  it('tell of it also where it names what we know, or what is no payment of ours', async () => {
    const { payments: known } = await payments.tool('list_payments', {}, ada);
    const twice = (known as Json[]).find(({ amount }) => (amount as Json).amount === '20.00');
    await charge('2000', { 'metadata[payment_id]': String(twice?.payment_id) });
    await charge('800', { 'metadata[payment_id]': 'order 17' });
    const other = (known as Json[]).find(({ amount }) => (amount as Json).amount === '30.00');
    const intent = payments.sandbox.control.stripe.charges({ payment_id: String(other?.payment_id) });
    await byHand('/v1/refunds', { payment_intent: String(intent[0]?.payment_intent), amount: '300' });
    const { findings } = await run();
    const found = findings.filter(({ kind }) => kind === 'unknown_at_ours').map((each) => each.found);
    expect(found.sort()).toEqual(['-300', '2000', '700', '800']);
    expect(findings).toHaveLength(4);
  });

  it('that were compared before the day was over are compared again when it is', async () => {
    const { db } = reconciling.database;
    const [noon, night] = [new Date('2020-03-01T12:00:00Z'), new Date('2020-03-02T02:00:00Z')];
    await reopenDay(db, '2020-03-01', noon);
    await finishDay(db, '2020-03-01', { compared: 1, opened: 0 }, noon);
    const claims = [1, 2, 3].map(() => claimDay(db, '2020-03-01', night));
    expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1);
    await finishDay(db, '2020-03-01', { compared: 2, opened: 0 }, night);
    expect(await claimDay(db, '2020-03-01', new Date(night.getTime() + DAY_MS))).toBe(false);
  });

  it('are compared by a command, of a day that there is', async () => {
    const said: string[] = [];
    const compare = (day?: string) => reconcileNow(payments.env, day, (line) => said.push(line));
    for (const day of ['2026-02-31', 'yesterday', '2026-1-1']) {
      await expect(compare(day)).rejects.toThrow(`${day} is no day`);
    }
    await compare(payments.clock.now().toISOString().slice(0, 10));
    expect(said.at(-1)).toMatch(/^\d+ compared up to the end of .*: 4 differ, \d of them new\.$/);
  });

  it('of a day are compared by one process', async () => {
    const now = payments.clock.now();
    const claims = [1, 2, 3].map(() => claimDay(reconciling.database.db, '2020-02-29', now));
    expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1);
    const later = new Date(now.getTime() + 2 * 3_600_000);
    expect(await claimDay(reconciling.database.db, '2020-02-29', later)).toBe(true);
  });
});
