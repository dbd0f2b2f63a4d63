import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { refusalOf, type StripeWorld, startWithStripe } from './client.js';

let world: StripeWorld;

beforeAll(async () => {
  world = await startWithStripe();
});
afterAll(() => world.sandbox.stop());
beforeEach(() => {
  world.sandbox.control.clearFaults();
  world.sandbox.control.setFault({ kind: 'onboarding_required' });
});

const RETURN_URL = 'http://127.0.0.1:8083/onboarding/return';
const REFRESH_URL = 'http://127.0.0.1:8083/onboarding/refresh';

async function newcomer() {
  const { id } = await world.stripe.accounts.create({
    controller: {
      fees: { payer: 'application' },
      losses: { payments: 'application' },
      requirement_collection: 'application',
      stripe_dashboard: { type: 'none' },
    },
    country: 'US',
    capabilities: { transfers: { requested: true } },
  });
  await world.stripe.accounts.createExternalAccount(id, { external_account: 'btok_us_verified' });
  return id;
}

const link = (account: string) =>
  world.stripe.accountLinks.create({
    account,
    type: 'account_onboarding',
    return_url: RETURN_URL,
    refresh_url: REFRESH_URL,
  });

const visit = (url: string) => fetch(url, { redirect: 'manual' });
const submit = (url: string, outcome: string) =>
  fetch(url, { method: 'POST', body: new URLSearchParams({ outcome }), redirect: 'manual' });

describe('an account whose person has to be known', () => {
  it('is sent nothing and pays nothing out until they have been through onboarding', async () => {
    const account = await newcomer();
    expect(await world.stripe.accounts.retrieve(account)).toMatchObject({
      capabilities: { transfers: 'inactive' },
      controller: { requirement_collection: 'application' },
      details_submitted: false,
      payouts_enabled: false,
      requirements: {
        currently_due: expect.arrayContaining(['individual.dob.day', 'tos_acceptance.date']),
        disabled_reason: 'requirements.past_due',
      },
    });
    const transfer = () =>
      world.stripe.transfers.create({ amount: 100, currency: 'usd', destination: account });
    const payout = () =>
      world.stripe.payouts.create({ amount: 100, currency: 'usd' }, { stripeAccount: account });
    expect(await refusalOf(transfer())).toMatchObject({ code: 'insufficient_capabilities_for_transfer' });
    expect(await refusalOf(payout())).toMatchObject({ code: 'payouts_not_allowed' });
    const { url } = await link(account);
    expect(await (await visit(url)).text()).toContain('Tell Stripe who you are');
    expect((await submit(url, 'enabled')).headers.get('location')).toBe(RETURN_URL);
    expect(await world.stripe.accounts.retrieve(account)).toMatchObject({
      capabilities: { transfers: 'active' },
      details_submitted: true,
      payouts_enabled: true,
      requirements: { currently_due: [], disabled_reason: null },
    });
    await transfer();
    expect(await payout()).toMatchObject({ status: 'pending' });
  });

  it('has a link for one visit, within minutes, which leads to the refresh address afterwards', async () => {
    const account = await newcomer();
    const first = await link(account);
    expect(first).toMatchObject({ object: 'account_link', expires_at: first.created + 300 });
    expect((await submit(first.url, 'enabled')).status).toBe(404);
    expect((await visit(first.url)).status).toBe(200);
    expect((await visit(first.url)).headers.get('location')).toBe(REFRESH_URL);
    const second = await link(account);
    expect((await visit(first.url)).status).toBe(404);
    world.control.advance(301_000);
    expect((await visit(second.url)).headers.get('location')).toBe(REFRESH_URL);
    const third = await link(account);
    await visit(third.url);
    expect((await submit(third.url, 'none')).headers.get('location')).toBe(RETURN_URL);
    expect((await world.stripe.accounts.retrieve(account)).details_submitted).toBe(false);
  });

  it('waits while Stripe checks, and is enabled or rejected by its decision, which is told of', async () => {
    const account = await newcomer();
    const { url } = await link(account);
    await visit(url);
    await submit(url, 'checking');
    expect(await world.stripe.accounts.retrieve(account)).toMatchObject({
      capabilities: { transfers: 'pending' },
      payouts_enabled: false,
      requirements: { currently_due: [], disabled_reason: 'requirements.pending_verification' },
    });
    const told = () => world.control.events().filter((event) => event.account === account).length;
    const before = told();
    world.control.decideAccount(account, 'enabled');
    expect((await world.stripe.accounts.retrieve(account)).payouts_enabled).toBe(true);
    const decided = await fetch(`${world.sandbox.control_url}/stripe/accounts/${account}/decide`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ outcome: 'rejected' }),
    });
    expect(decided.status).toBe(200);
    expect(told()).toBe(before + 2);
    expect(await world.stripe.accounts.retrieve(account)).toMatchObject({
      payouts_enabled: false,
      requirements: { disabled_reason: 'rejected.other' },
    });
    expect(await refusalOf(link(account))).toMatchObject({ param: 'account' });
  });
});
