import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OutsideMoney, startOutsideMoney } from '../support/outside-money.js';
import { toUuid } from '../support/payments-under-test.js';
import { type Reconciling, startReconciling } from '../support/reconciling.js';

const DAY_MS = 86_400_000;

let outside: OutsideMoney;
let reconciling: Reconciling;

beforeAll(async () => {
  outside = await startOutsideMoney('reconcile-withdrawals');
  reconciling = startReconciling(outside.payments);
});
afterAll(async () => {
  await reconciling?.stop();
  await outside?.stop();
});

it('withdrawals agree with the provider, those that a bank has refused as well', async () => {
  const ada = await outside.payments.newPerson(10_000n);
  const [good, bad] = [
    outside.account(ada),
    outside.account(ada, { bank_token: 'btok_us_verified_noAccount' }),
  ];
  const [paid, refused] = [await outside.withdraw(ada, good), await outside.withdraw(ada, bad)];
  outside.payments.sandbox.control.stripe.advance(3 * DAY_MS);
  await outside.becomes(ada, paid.payment_id, { status: 'succeeded' });
  await outside.becomes(ada, refused.payment_id, { status: 'failed' });
  const { findings, compared } = await reconciling.run({}, 3 * DAY_MS);
  expect(findings).toEqual([]);
  expect(compared).toBeGreaterThanOrEqual(5);

  const id = toUuid(String(paid.payment_id));
  await outside.payments.sql`update payments set status = 'failed' where payment_id = ${id}`;
  const differs = { kind: 'amount_differs', subject: paid.payment_id, expected: '0', found: '-2000' };
  expect((await reconciling.run({}, 3 * DAY_MS)).findings).toContainEqual(differs);
}, 90_000);
