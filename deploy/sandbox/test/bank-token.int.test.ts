import { afterAll, beforeAll, expect, it } from 'vitest';
import { linkBank, startWithClient } from './client.js';
import { refusalOf, stripeOf } from './stripe/client.js';

let world: Awaited<ReturnType<typeof startWithClient>>;

beforeAll(async () => {
  world = await startWithClient();
});
afterAll(() => world?.sandbox.stop(0));

/** As Plaid gives it for Stripe. */
async function bankToken(
  access_token: string,
  subtype = 'checking',
): Promise<{ token: string; mask: string }> {
  const { accounts } = (await world.plaid.accountsGet({ access_token })).data;
  const account = accounts.find((each) => each.subtype === subtype);
  const account_id = account?.account_id ?? '';
  const made = await world.plaid.processorStripeBankAccountTokenCreate({ access_token, account_id });
  return { token: made.data.stripe_bank_account_token, mask: account?.mask ?? '' };
}

it('an account that was linked at Plaid is debited at Stripe by its token, which is good once', async () => {
  const stripe = stripeOf(world.sandbox);
  const { access_token } = await linkBank(world.plaid);
  const { token, mask } = await bankToken(access_token);
  const { id: customer } = await stripe.customers.create({});
  const bank = await stripe.customers.createSource(customer, { source: token });
  expect(bank).toMatchObject({ object: 'bank_account', last4: mask, status: 'verified' });

  const debit = await stripe.paymentIntents.create({
    amount: 2_000,
    currency: 'usd',
    customer,
    payment_method: bank.id,
    allowed_payment_method_types: ['us_bank_account'],
    mandate_data: { customer_acceptance: { type: 'offline', offline: {} } },
    confirm: true,
    return_url: 'http://127.0.0.1:8083/back',
  });
  expect(debit.status).toBe('processing');

  const { id: other } = await stripe.customers.create({});
  expect(await refusalOf(stripe.customers.createSource(other, { source: token }))).toMatchObject({
    code: 'token_already_used',
  });
});

it('is the same account by every token, and another one by another', async () => {
  const stripe = stripeOf(world.sandbox);
  const { access_token } = await linkBank(world.plaid);
  const { id: customer } = await stripe.customers.create({});
  await stripe.customers.createSource(customer, { source: (await bankToken(access_token)).token });
  const again = stripe.customers.createSource(customer, { source: (await bankToken(access_token)).token });
  expect(await refusalOf(again)).toMatchObject({ code: 'bank_account_exists' });
  const { token } = await bankToken(access_token, 'savings');
  expect(await stripe.customers.createSource(customer, { source: token })).toMatchObject({
    status: 'verified',
  });
});

it('is made for no card, and for nobody whose access has ended', async () => {
  const { access_token } = await linkBank(world.plaid);
  await expect(bankToken(access_token, 'credit card')).rejects.toMatchObject({ response: { status: 400 } });
  await world.plaid.itemRemove({ access_token });
  await expect(
    world.plaid.processorStripeBankAccountTokenCreate({ access_token, account_id: 'any' }),
  ).rejects.toMatchObject({ response: { status: 400 } });
});
