import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type OutsideMoney, startOutsideMoney } from '../support/outside-money.js';
import { type Json, type Person, toUuid } from '../support/payments-under-test.js';

let outside: OutsideMoney;

beforeAll(async () => {
  outside = await startOutsideMoney('onboarding');
});
afterAll(() => outside?.stop());
beforeEach(() => {
  outside.payments.sandbox.control.setFault({ kind: 'onboarding_required' });
});
afterEach(async () => {
  outside.payments.sandbox.control.clearFaults();
  expect(await outside.contradictions()).toEqual([]);
});

const newPerson = () => outside.payments.newPerson(10_000n);

const visit = (url: string) => fetch(url, { redirect: 'manual' });
const submit = (url: string, outcome: string) =>
  fetch(url, { method: 'POST', body: new URLSearchParams({ outcome }), redirect: 'manual' });

/** What the withdrawal is refused with. */
async function refusal(person: Person, bank: string, more: Json): Promise<{ reason: string; details: Json }> {
  const refused = await outside.withdraw(person, bank, '20.00', more).catch((error: unknown) => error);
  return refused as { reason: string; details: Json };
}

async function providerAccount({ user_id }: Person): Promise<string> {
  const [row] = await outside.payments.sql<{ provider_account_id: string }[]>`
    select provider_account_id from customers where user_id = ${toUuid(user_id)}`;
  return row?.provider_account_id ?? '';
}

async function writtenFor({ user_id, wallet_id }: Person): Promise<number> {
  const [row] = await outside.payments.sql<{ n: number }[]>`
    select (select count(*) from payments where user_id = ${toUuid(user_id)})::int
      + (select count(*) from transfers where debit_account_id = ${toUuid(wallet_id)})::int as n`;
  return row?.n ?? -1;
}

describe('a withdrawal of somebody whom the provider does not know', () => {
  // proves: known-before-paid
  it('writes nothing and names the page where they say who they are; afterwards the same call withdraws', async () => {
    const ada = await newPerson();
    const bank = outside.account(ada);
    const key = { idempotency_key: randomUUID() };
    const refused = await refusal(ada, bank, key);
    expect(refused).toMatchObject({
      reason: 'ONBOARDING_REQUIRED',
      code: 'FAILED_PRECONDITION',
      retryable: false,
      message: expect.stringContaining('action_url'),
      details: { action_url: expect.stringMatching(/^http/), expires_at: expect.any(String) },
    });
    expect(await writtenFor(ada)).toBe(0);
    expect(await outside.payments.funds(ada)).toEqual([10_000n, 10_000n]);
    const action_url = String(refused.details.action_url);
    expect((await visit(action_url)).status).toBe(200);
    const back = (await submit(action_url, 'enabled')).headers.get('location') ?? '';
    expect(back).toBe(`${outside.payments.url}/onboarding/return`);
    const page = await fetch(back);
    expect(page.status).toBe(200);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(await page.text()).toContain('Ask your assistant for the withdrawal again');
    const asked = outside.payments.issuer.approvals.asked.length;
    const done = await outside.withdraw(ada, bank, '20.00', key);
    expect(done).toMatchObject({ status: 'processing', replayed: false });
    expect(await outside.payments.funds(ada)).toEqual([10_000n, 8_000n]);
    // Approved before they were sent away, and told of their bank account once.
    expect(outside.payments.issuer.approvals.asked).toHaveLength(asked);
    expect(outside.banking.tokensOf(bank)).toBe(1);
  });

  it('gives a new link where the first was used or is too old, and the page of that says so', async () => {
    const ada = await newPerson();
    const bank = outside.account(ada);
    const key = { idempotency_key: randomUUID() };
    const first = String((await refusal(ada, bank, key)).details.action_url);
    await visit(first);
    const refresh = (await visit(first)).headers.get('location') ?? '';
    expect(refresh).toBe(`${outside.payments.url}/onboarding/refresh`);
    const page = await fetch(refresh);
    expect(page.status).toBe(410);
    expect(await page.text()).toContain('gives you a new link');
    const second = String((await refusal(ada, bank, key)).details.action_url);
    expect(second).not.toBe(first);
    await visit(second);
    await submit(second, 'none');
    expect(await refusal(ada, bank, key)).toMatchObject({ reason: 'ONBOARDING_REQUIRED' });
  });

  it('waits while the provider checks them, and is refused for good where it says no', async () => {
    const ada = await newPerson();
    const bank = outside.account(ada);
    const key = { idempotency_key: randomUUID() };
    const action_url = String((await refusal(ada, bank, key)).details.action_url);
    await visit(action_url);
    await submit(action_url, 'checking');
    const pending = await refusal(ada, bank, key);
    expect(pending).toMatchObject({ reason: 'ONBOARDING_PENDING', retryable: true });
    expect(pending.details).toBeUndefined();
    const { stripe } = outside.payments.sandbox.control;
    stripe.decideAccount(await providerAccount(ada), 'rejected');
    expect(await refusal(ada, bank, key)).toMatchObject({
      reason: 'PROVIDER_REJECTED',
      retryable: false,
      details: { provider_reason: 'account_rejected' },
    });
    expect(await writtenFor(ada)).toBe(0);
    stripe.decideAccount(await providerAccount(ada), 'enabled');
    expect(await outside.withdraw(ada, bank, '20.00', key)).toMatchObject({ status: 'processing' });
  });

  it('is asked again where the provider comes to want more of somebody it knew', async () => {
    outside.payments.sandbox.control.clearFaults();
    const ada = await newPerson();
    const bank = outside.account(ada);
    expect(await outside.withdraw(ada, bank)).toMatchObject({ status: 'processing' });
    outside.payments.sandbox.control.stripe.decideAccount(await providerAccount(ada), 'due');
    expect(await refusal(ada, bank, {})).toMatchObject({ reason: 'ONBOARDING_REQUIRED' });
    expect(await outside.payments.funds(ada)).toEqual([10_000n, 8_000n]);
  });
});
