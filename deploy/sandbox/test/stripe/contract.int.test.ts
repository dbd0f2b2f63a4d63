import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCEPTED, pay, type StripeWorld, startWithStripe } from './client.js';
import { differences, FIXTURES, loadFixtures } from './contract.js';

const absent = !existsSync(FIXTURES);
const name = 'shows its objects as Stripe does';

describe.skipIf(absent)(absent ? `${name} (skipped: ${FIXTURES.pathname} is absent)` : name, () => {
  let world: StripeWorld;
  let objects: Record<string, object>;

  beforeAll(async () => {
    world = await startWithStripe();
    objects = await oneOfEach(world);
  }, 60_000);

  afterAll(() => world?.sandbox.stop());

  it.each(Object.entries(OPTIONAL))('%s', (kind, optional) => {
    const example = loadFixtures()[kind] ?? {};
    const ours = (objects[kind] ?? {}) as Record<string, unknown>;
    expect(ours.object).toBe(kind);
    expect(differences(example, ours, new Set(optional))).toEqual([]);
  });

  it('and the check itself sees a key that is absent or mistyped', () => {
    const example = loadFixtures().refund ?? {};
    const { refund } = objects;
    expect(differences(example, { ...refund, amount: '1' }, new Set())).toEqual([
      'amount is string and not number',
    ]);
    const { charge: _charge, ...without } = { charge: '', ...refund };
    expect(differences(example, without, new Set())).toEqual(['charge is absent']);
  });
});

/** What the examples hold and Stripe's own types call optional. */
const OPTIONAL: Record<string, readonly string[]> = {
  account: ['settings.card_issuing', 'settings.invoices'],
  account_link: [],
  balance: [],
  balance_transaction: [],
  bank_account: [],
  charge: ['refunds'],
  'checkout.session': [],
  customer: [],
  dispute: [],
  event: [],
  mandate: ['payment_method_details.sepa_debit'],
  payment_intent: [],
  payment_method: [],
  payout: [],
  refund: [],
  setup_intent: ['flow_directions'],
  transfer: [],
  transfer_reversal: [],
  webhook_endpoint: [],
};

async function oneOfEach({ stripe, control }: StripeWorld): Promise<Record<string, object>> {
  const customer = await stripe.customers.create();
  const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
  const payment = await pay(stripe, method.id, { customer: customer.id });
  const dispute = control.dispute((await pay(stripe, 'pm_card_visa')).id);
  const debit = await pay(stripe, 'pm_usBankAccount', ACCEPTED);
  const { data: mandates } = await stripe.charges.list({ payment_intent: debit.id });
  const account = await stripe.accounts.create({
    type: 'custom',
    capabilities: { transfers: { requested: true } },
  });
  const bank = await stripe.accounts.createExternalAccount(account.id, {
    external_account: 'btok_us_verified',
  });
  const transfer = await stripe.transfers.create({ amount: 500, currency: 'usd', destination: account.id });
  const options = { stripeAccount: account.id };
  return {
    account: await stripe.accounts.retrieve(account.id),
    account_link: await stripe.accountLinks.create({
      account: account.id,
      type: 'account_onboarding',
      return_url: 'http://127.0.0.1:8083/',
      refresh_url: 'http://127.0.0.1:8083/',
    }),
    balance: await stripe.balance.retrieve(),
    balance_transaction: (await stripe.balanceTransactions.list({ type: 'charge' })).data[0] ?? {},
    bank_account: bank,
    charge: await stripe.charges.retrieve(String(payment.latest_charge)),
    'checkout.session': await stripe.checkout.sessions.create({
      mode: 'setup',
      currency: 'usd',
      success_url: 'http://127.0.0.1:8083/',
    }),
    customer,
    dispute: await stripe.disputes.retrieve(dispute),
    event: (await stripe.events.list()).data[0] ?? {},
    mandate: await stripe.mandates.retrieve(
      String(mandates[0]?.payment_method_details?.us_bank_account?.mandate),
    ),
    payment_intent: payment,
    payment_method: method,
    payout: await stripe.payouts.create({ amount: 100, currency: 'usd' }, options),
    refund: await stripe.refunds.create({ payment_intent: payment.id, amount: 100 }),
    setup_intent: await stripe.setupIntents.create({ customer: customer.id }),
    transfer,
    transfer_reversal: await stripe.transfers.createReversal(transfer.id, { amount: 100 }),
    webhook_endpoint: await stripe.webhookEndpoints.create({
      url: 'http://127.0.0.1:9/none',
      enabled_events: ['payment_intent.succeeded'],
    }),
  };
}
