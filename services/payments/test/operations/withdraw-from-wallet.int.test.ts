import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type OutsideMoney, startOutsideMoney } from '../support/outside-money.js';
import { toUuid } from '../support/payments-under-test.js';

let outside: OutsideMoney;

beforeAll(async () => {
  outside = await startOutsideMoney('withdraw');
});
afterAll(() => outside?.stop());
afterEach(async () => {
  outside.payments.sandbox.control.clearFaults();
  expect(await outside.contradictions()).toEqual([]);
});

const DAY_MS = 86_400_000;
const newPerson = () => outside.payments.newPerson(10_000n);

describe('withdraw_from_wallet', () => {
  it('sets the money aside at once, and is done when the bank has it', async () => {
    const ada = await newPerson();
    const bank = outside.account(ada);
    const key = { idempotency_key: randomUUID() };
    const started = await outside.withdraw(ada, bank, '20.00', key);
    expect(started).toMatchObject({
      status: 'processing',
      source_id: ada.wallet_id,
      destination_id: bank,
      amount: { amount: '20.00', currency: 'USD' },
    });
    expect(await outside.payments.funds(ada)).toEqual([10_000n, 8_000n]);
    expect(await outside.withdraw(ada, bank, '20.00', key)).toMatchObject({
      payment_id: started.payment_id,
      replayed: true,
    });
    outside.payments.sandbox.control.stripe.advance(3 * DAY_MS);
    await outside.becomes(ada, started.payment_id, { status: 'succeeded' });
    expect(await outside.payments.funds(ada)).toEqual([8_000n, 8_000n]);
  });

  // proves: new-account-approved
  it('to a new account is always approved by the person, however little it is; to a known one it is not', async () => {
    const ada = await newPerson();
    const bank = outside.account(ada);
    const args = { wallet_id: ada.wallet_id, account_id: bank, amount: '0.50', currency: 'USD' };
    const first = { ...args, idempotency_key: randomUUID() };
    expect(await outside.payments.tool('withdraw_from_wallet', first, ada)).toMatchObject({
      status: 'approval_required',
    });
    expect(await outside.payments.funds(ada)).toEqual([10_000n, 10_000n]);
    expect(outside.banking.tokensOf(bank)).toBe(0);
    const approval_id = outside.approveLast();
    const asked = outside.payments.issuer.approvals.asked.at(-1);
    expect(asked?.summary.map(({ text }) => text).join(' ')).toContain('Harbor Checking ending in 6789');
    expect(await outside.payments.tool('withdraw_from_wallet', { ...first, approval_id }, ada)).toMatchObject(
      { status: 'processing' },
    );
    const before = outside.payments.issuer.approvals.asked.length;
    expect(await outside.withdraw(ada, bank, '0.50')).toMatchObject({ status: 'processing' });
    expect(outside.payments.issuer.approvals.asked).toHaveLength(before);
  });

  // proves: refused-payout-comes-back
  it('that the bank refuses brings the money back to the wallet', async () => {
    const ada = await newPerson();
    const bank = outside.account(ada, { bank_token: 'btok_us_verified_noAccount' });
    const { payment_id } = await outside.withdraw(ada, bank);
    outside.payments.sandbox.control.stripe.advance(3 * DAY_MS);
    await outside.becomes(ada, payment_id, { status: 'failed', status_reason: 'no_account' });
    expect(await outside.payments.funds(ada)).toEqual([10_000n, 10_000n]);
  });

  it('that is sent back after it was called paid is in the wallet again, once', async () => {
    const ada = await newPerson();
    const stripe = outside.payments.sandbox.control.stripe;
    const { payment_id } = await outside.withdraw(ada, outside.account(ada));
    const payout = await outside.providerId(payment_id);
    stripe.payPayout(payout);
    await outside.becomes(ada, payment_id, { status: 'succeeded' });
    expect(await outside.payments.funds(ada)).toEqual([8_000n, 8_000n]);
    stripe.failPayout(payout);
    await outside.becomes(ada, payment_id, { status_reason: 'returned' });
    expect(await outside.payments.funds(ada)).toEqual([10_000n, 10_000n]);
    const failed = stripe.events().filter(({ object_id }) => object_id === payout);
    await stripe.resend(failed.map(({ id }) => id));
    const [reversals] = await outside.payments.sql<{ n: number }[]>`
      select count(*)::int as n from transfers where reference = ${String(payment_id)}`;
    expect(reversals?.n).toBe(3);
    expect(await outside.payments.funds(ada)).toEqual([10_000n, 10_000n]);
  });

  it('that is sent back once its wallet was closed is there again, and waits for its owner', async () => {
    const ada = await newPerson();
    const stripe = outside.payments.sandbox.control.stripe;
    const { payment_id } = await outside.withdraw(ada, outside.account(ada), '100.00');
    const payout = await outside.providerId(payment_id);
    stripe.payPayout(payout);
    await outside.becomes(ada, payment_id, { status: 'succeeded' });
    const wallet = toUuid(ada.wallet_id);
    await outside.payments.sql`update accounts set status = 'closed' where account_id = ${wallet}`;
    stripe.failPayout(payout);
    await outside.becomes(ada, payment_id, { status_reason: 'returned' });
    expect(await outside.payments.funds(ada)).toEqual([10_000n, 10_000n]);
    const [account] = await outside.payments.sql`select status from accounts where account_id = ${wallet}`;
    expect(account).toEqual({ status: 'frozen' });
  });

  it('never takes more than is there, from nobody else, and to no account of another', async () => {
    const [ada, ben] = [await newPerson(), await newPerson()];
    const bank = outside.account(ada);
    await expect(outside.withdraw(ada, bank, '100.01')).rejects.toMatchObject({
      reason: 'INSUFFICIENT_FUNDS',
    });
    await expect(outside.withdraw({ ...ada, wallet_id: ben.wallet_id }, bank)).rejects.toMatchObject({
      reason: 'NOT_FOUND',
    });
    await expect(outside.withdraw(ben, bank)).rejects.toMatchObject({ reason: 'NOT_FOUND' });
    expect(await outside.payments.funds(ada)).toEqual([10_000n, 10_000n]);
  });
});
