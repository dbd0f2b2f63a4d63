import { randomUUID } from 'node:crypto';
import { newId } from '@florin/chassis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type OutsideMoney, startOutsideMoney } from '../support/outside-money.js';
import type { Person } from '../support/payments-under-test.js';

let outside: OutsideMoney;
let ada: Person;

beforeAll(async () => {
  outside = await startOutsideMoney('fund-wallet');
});
afterAll(() => outside?.stop());
afterEach(async () => {
  outside.payments.sandbox.control.clearFaults();
  expect(await outside.contradictions()).toEqual([]);
});

const stripe = () => outside.payments.sandbox.control.stripe;
const newPerson = async (amount_minor?: bigint) => {
  ada = await outside.payments.newPerson(amount_minor);
  return ada;
};

describe('fund_wallet from a card', () => {
  it('fills the wallet at once, once for one key, and charges once', async () => {
    await newPerson();
    const card = await outside.method(ada, 'pm_card_visa');
    const key = { idempotency_key: randomUUID() };
    const funded = await outside.fund(ada, card, '20.00', key);
    expect(funded).toMatchObject({
      status: 'succeeded',
      amount: { amount: '20.00', currency: 'USD' },
      source_id: card,
      destination_id: ada.wallet_id,
      mode: 'simulated',
      receipt_id: expect.stringMatching(/^evt_/),
    });
    expect(await outside.payments.funds(ada)).toEqual([2_000n, 2_000n]);
    expect(await outside.fund(ada, card, '20.00', key)).toMatchObject({
      payment_id: funded.payment_id,
      replayed: true,
    });
    expect(stripe().timesCharged('payment_id')[String(funded.payment_id)]).toBe(1);
    // What the provider keeps is booked, as the house's cost.
    const [fees] = await outside.payments.sql<{ fees: bigint }[]>`
      select coalesce(sum(debits_posted_minor), 0)::bigint as fees from accounts where purpose = 'provider_fees'`;
    expect(fees?.fees).toBeGreaterThan(0n);
  });

  it('that is declined fails for its reason, and leaves the wallet as it was', async () => {
    await newPerson();
    const card = await outside.method(ada, 'pm_card_chargeCustomerFail');
    const failed = await outside.fund(ada, card);
    expect(failed).toMatchObject({
      status: 'failed',
      status_reason: 'card_declined',
      next_step: expect.stringContaining('new idempotency_key'),
    });
    expect(await outside.payments.funds(ada)).toEqual([0n, 0n]);
  });

  it.each([
    ['complete', { status: 'succeeded' }, 2_000n],
    ['fail', { status: 'failed', status_reason: 'payment_intent_authentication_failure' }, 0n],
  ])('that their bank wants to confirm goes by a link: %s', async (outcome, shown, funds) => {
    await newPerson();
    const card = await outside.method(ada, 'pm_card_threeDSecure2Required');
    const asked = await outside.fund(ada, card);
    expect(asked).toMatchObject({
      status: 'processing',
      status_reason: 'requires_action',
      action_url: expect.stringMatching(/^http/),
      next_step: expect.stringContaining('action_url'),
    });
    expect(await outside.payments.funds(ada)).toEqual([0n, 0n]);
    const page = new URL(String(asked.action_url));
    const answer = await fetch(new URL(page.pathname, page), {
      method: 'POST',
      body: new URLSearchParams({ secret: page.searchParams.get('secret') ?? '', outcome }),
      redirect: 'manual',
    });
    const back = await fetch(answer.headers.get('location') ?? '');
    expect([back.status, await back.text()]).toEqual([200, expect.stringContaining('Thank you')]);
    const ended = await outside.becomes(ada, asked.payment_id, shown);
    expect(ended).not.toHaveProperty('action_url');
    expect(await outside.payments.funds(ada)).toEqual([funds, funds]);
  });

  it('asks the person above the limit, whatever the source', async () => {
    await newPerson();
    const card = await outside.method(ada, 'pm_card_visa');
    const key = { idempotency_key: randomUUID() };
    expect(await outside.fund(ada, card, '300.00', key)).toMatchObject({ status: 'approval_required' });
    const approval_id = outside.approveLast();
    expect(await outside.fund(ada, card, '300.00', { ...key, approval_id })).toMatchObject({
      status: 'succeeded',
    });
    expect(await outside.payments.funds(ada)).toEqual([30_000n, 30_000n]);
  });

  // proves: charged-once
  it('stays unknown while the provider does not say, then is found, and was charged once', async () => {
    await newPerson();
    const card = await outside.method(ada, 'pm_card_visa');
    outside.payments.sandbox.control.setFault({
      kind: '500_after_applying',
      provider: 'stripe',
      path: '/v1/payment_intents',
      times: 1,
    });
    stripe().holdWebhooks();
    const unknown = await outside.fund(ada, card);
    expect(unknown).toMatchObject({
      status: 'unknown',
      next_step: expect.stringContaining('Do not pay again'),
    });
    outside.payments.clock.advance(120_000);
    await outside.becomes(ada, unknown.payment_id, { status: 'succeeded' });
    await stripe().releaseWebhooks();
    expect(stripe().timesCharged('payment_id')[String(unknown.payment_id)]).toBe(1);
    expect(await outside.payments.funds(ada)).toEqual([2_000n, 2_000n]);
  });

  it('that is disputed is owed while that is open, and no more when it is won', async () => {
    await newPerson();
    const card = await outside.method(ada, 'pm_card_visa');
    const { payment_id } = await outside.fund(ada, card);
    const dispute = stripe().dispute(await outside.providerId(payment_id));
    await outside.becomes(ada, payment_id, { status_reason: 'disputed' });
    expect([await outside.owes(ada), await outside.walletStatus(ada)]).toEqual([2_000n, 'open']);
    stripe().closeDispute(dispute, 'won');
    await expect.poll(() => outside.owes(ada), { timeout: 20_000 }).toBe(0n);
    expect(await outside.walletStatus(ada)).toBe('open');
    expect(await outside.get(ada, payment_id)).not.toHaveProperty('status_reason');
  });

  it('that is disputed and lost stays owed, and freezes the wallet', async () => {
    await newPerson();
    const card = await outside.method(ada, 'pm_card_visa');
    const { payment_id } = await outside.fund(ada, card);
    const dispute = stripe().dispute(await outside.providerId(payment_id));
    await outside.becomes(ada, payment_id, { status_reason: 'disputed' });
    stripe().closeDispute(dispute, 'lost');
    await outside.becomes(ada, payment_id, { status_reason: 'returned' });
    expect([await outside.owes(ada), await outside.walletStatus(ada)]).toEqual([2_000n, 'frozen']);
    const ben = await outside.payments.newPerson();
    await expect(
      outside.payments.pay({ source_id: ada.wallet_id, destination_id: ben.wallet_id, amount: '1.00' }, ada),
    ).rejects.toMatchObject({ reason: 'WALLET_FROZEN' });
  });
});

describe('fund_wallet from a bank account', () => {
  it('is pending until it settles', async () => {
    await newPerson();
    const bank = outside.account(ada);
    const { payment_id, status } = await outside.fund(ada, bank);
    expect(status).toBe('processing');
    expect(await outside.payments.funds(ada)).toEqual([0n, 0n]);
    stripe().settleDebit(await outside.providerId(payment_id));
    await outside.becomes(ada, payment_id, { status: 'succeeded' });
    expect(await outside.payments.funds(ada)).toEqual([2_000n, 2_000n]);
    // The second time, the provider knows the account.
    await outside.fund(ada, bank);
    expect(outside.banking.tokensOf(bank)).toBe(1);
    const { payment_methods } = await outside.payments.tool('list_payment_methods', {}, ada);
    expect(payment_methods).toMatchObject([{ type: 'us_bank_account', last4: '6789' }]);
  });

  it('fails when the bank does not pay, and returns late to what is owed', async () => {
    await newPerson();
    const bank = outside.account(ada);
    const failed = await outside.fund(ada, bank);
    stripe().failDebit(await outside.providerId(failed.payment_id), 'insufficient_funds');
    await outside.becomes(ada, failed.payment_id, { status: 'failed', status_reason: 'insufficient_funds' });
    expect(await outside.payments.funds(ada)).toEqual([0n, 0n]);

    const late = await outside.fund(ada, bank);
    const provider_id = await outside.providerId(late.payment_id);
    stripe().settleDebit(provider_id);
    await outside.becomes(ada, late.payment_id, { status: 'succeeded' });
    stripe().returnDebit(provider_id);
    await outside.becomes(ada, late.payment_id, { status: 'succeeded', status_reason: 'returned' });
    expect([await outside.owes(ada), await outside.walletStatus(ada)]).toEqual([2_000n, 'frozen']);
    expect(await outside.payments.funds(ada)).toEqual([2_000n, 2_000n]);
  });

  it('is debited no more once the person has unlinked it, under whatever name', async () => {
    await newPerson();
    const bank = outside.account(ada);
    await outside.fund(ada, bank);
    const { payment_methods } = await outside.payments.tool('list_payment_methods', {}, ada);
    const [method] = payment_methods as { payment_method_id: string }[];
    const source_id = method?.payment_method_id ?? '';
    outside.banking.link({ account_id: bank, user_id: ada.user_id, status: 'unlinked' });
    for (const source of [bank, source_id]) {
      await expect(outside.fund(ada, source)).rejects.toMatchObject({ reason: 'ACCOUNT_UNLINKED' });
    }
    const ben = await outside.payments.newPerson();
    expect(
      await outside.payments.pay({ source_id, destination_id: ben.wallet_id, amount: '1.00' }, ada),
    ).toMatchObject({ status: 'failed', status_reason: 'account_unlinked' });
  });

  it('is refused where the account cannot be reached, and writes nothing', async () => {
    await newPerson();
    const ben = await outside.payments.newPerson();
    const cases: [string, string, string][] = [
      [outside.account(ada, { status: 'needs_login' }), 'USD', 'BANK_LOGIN_REQUIRED'],
      [outside.account(ada, { status: 'unlinked' }), 'USD', 'ACCOUNT_UNLINKED'],
      [outside.account(ada, { type: 'credit' }), 'USD', 'FAILED_PRECONDITION'],
      [outside.account(ben), 'USD', 'NOT_FOUND'],
      [newId('acc'), 'USD', 'NOT_FOUND'],
      [newId('pm'), 'USD', 'NOT_FOUND'],
      [outside.account(ada), 'EUR', 'CURRENCY_MISMATCH'],
    ];
    for (const [source, currency, reason] of cases) {
      await expect(outside.fund(ada, source, '1.00', { currency }), reason).rejects.toMatchObject({ reason });
    }
    expect((await outside.payments.tool('list_payments', {}, ada)).payments).toEqual([]);
  });
});
