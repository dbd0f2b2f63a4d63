import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCEPTED, pay, refusalOf, type StripeWorld, startWithStripe } from './client.js';

let world: StripeWorld;

beforeAll(async () => {
  world = await startWithStripe();
});

afterAll(() => world.sandbox.stop());

async function person(bank = 'btok_us_verified') {
  const account = await world.stripe.accounts.create({
    type: 'custom',
    country: 'US',
    capabilities: { transfers: { requested: true } },
    settings: { payouts: { schedule: { interval: 'manual' } } },
    metadata: { user: 'usr_1' },
  });
  const external = await world.stripe.accounts.createExternalAccount(account.id, { external_account: bank });
  return { account: account.id, bank: external.id, options: { stripeAccount: account.id } };
}

const send = (destination: string, amount = 10_000) =>
  world.stripe.transfers.create({ amount, currency: 'usd', destination, transfer_group: 'pay_1' });

const available = async (options: { stripeAccount?: string } = {}) =>
  (await world.stripe.balance.retrieve({}, options)).available.find(({ currency }) => currency === 'usd')
    ?.amount;

describe('a connected account', () => {
  it('can be paid out to once it has a bank', async () => {
    const { account, bank } = await person();
    expect(await world.stripe.accounts.retrieve(account)).toMatchObject({
      capabilities: { transfers: 'active' },
      payouts_enabled: true,
      external_accounts: { data: [{ id: bank, last4: '6789', default_for_currency: true }] },
    });
    const { data } = await world.stripe.accounts.listExternalAccounts(account);
    expect(data.map(({ id }) => id)).toEqual([bank]);
  });

  it('of somebody else is as none', async () => {
    const refused = world.stripe.payouts.list({}, { stripeAccount: 'acct_none' });
    expect(await refusalOf(refused)).toMatchObject({ statusCode: 403, code: 'account_invalid' });
    const { account } = await person();
    const elsewhere = await person();
    const sent = world.stripe.payouts.create(
      { amount: 100, currency: 'usd', destination: elsewhere.bank },
      { stripeAccount: account },
    );
    expect(await refusalOf(sent)).toMatchObject({ code: 'resource_missing', param: 'destination' });
  });
});

describe('a transfer', () => {
  it('moves what is available, and can be taken back once', async () => {
    const { account, options } = await person();
    const before = await available();
    const transfer = await send(account);
    expect([await available(), await available(options)]).toEqual([(before ?? 0) - 10_000, 10_000]);
    const part = await world.stripe.transfers.createReversal(transfer.id, { amount: 4_000 });
    expect(part).toMatchObject({ object: 'transfer_reversal', amount: 4_000, transfer: transfer.id });
    await world.stripe.transfers.createReversal(transfer.id);
    expect([await available(), await available(options)]).toEqual([before, 0]);
    expect(await world.stripe.transfers.retrieve(transfer.id)).toMatchObject({
      reversed: true,
      amount_reversed: 10_000,
    });
    expect((await refusalOf(world.stripe.transfers.createReversal(transfer.id))).statusCode).toBe(400);
    const listed = await world.stripe.transfers.list({ transfer_group: 'pay_1' });
    expect(listed.data.map(({ id }) => id)).toContain(transfer.id);
  });

  it('never exceeds what is available', async () => {
    const { account } = await person();
    const refused = await refusalOf(send(account, 200_000_000));
    expect(refused).toMatchObject({ statusCode: 400, code: 'balance_insufficient' });
  });
});

describe('a payout', () => {
  const payOut = async (bank?: string) => {
    const to = await person(bank);
    await send(to.account);
    const payout = await world.stripe.payouts.create(
      { amount: 10_000, currency: 'usd', destination: to.bank, metadata: { payment: 'pay_1' } },
      to.options,
    );
    return { ...to, payout };
  };
  const see = (id: string, options: { stripeAccount: string }) =>
    world.stripe.payouts.retrieve(id, {}, options);

  it('arrives with time', async () => {
    const { payout, options } = await payOut();
    expect(payout).toMatchObject({ status: 'pending', metadata: { payment: 'pay_1' } });
    expect(await available(options)).toBe(0);
    const again = world.stripe.payouts.create({ amount: 1, currency: 'usd' }, options);
    expect(await refusalOf(again)).toMatchObject({ code: 'balance_insufficient' });
    world.control.advance(2 * 86_400_000);
    expect((await see(payout.id, options)).status).toBe('paid');
  });

  it('fails as the token of its bank says, and the money is back', async () => {
    const { payout, options } = await payOut('btok_us_verified_noAccount');
    world.control.advance(2 * 86_400_000);
    expect(await see(payout.id, options)).toMatchObject({ status: 'failed', failure_code: 'no_account' });
    expect(await available(options)).toBe(10_000);
  });

  it('can fail after it was paid, and its events name the account', async () => {
    const { payout, options, account } = await payOut();
    world.control.payPayout(payout.id);
    world.control.failPayout(payout.id, 'account_closed');
    expect(await see(payout.id, options)).toMatchObject({ status: 'failed', failure_code: 'account_closed' });
    const events = world.control.events().filter(({ object_id }) => object_id === payout.id);
    expect(events.map(({ type, account: of }) => [type, of])).toEqual([
      ['payout.created', account],
      ['payout.paid', account],
      ['payout.failed', account],
    ]);
    const listed = await world.stripe.payouts.list({ created: { gte: payout.created } }, options);
    expect(listed.data.map(({ id }) => id)).toEqual([payout.id]);
  });

  it('is canceled while it is pending', async () => {
    const { payout, options } = await payOut();
    expect((await world.stripe.payouts.cancel(payout.id, {}, options)).status).toBe('canceled');
    expect(await available(options)).toBe(10_000);
  });
});

describe('the books', () => {
  it('show every change with its source, fee and net, and add up to the balance', async () => {
    const own = await startWithStripe();
    const { stripe, control } = own;
    const opening = (await stripe.balance.retrieve()).available.find(
      ({ currency }) => currency === 'usd',
    )?.amount;
    const card = await pay(stripe, 'pm_card_bypassPending');
    const debit = await pay(stripe, 'pm_usBankAccount', ACCEPTED);
    control.settleDebit(debit.id);
    await stripe.refunds.create({ payment_intent: card.id, amount: 1_000 });
    const disputed = await pay(stripe, 'pm_card_createDispute');
    const since = { gte: Math.floor(own.now().getTime() / 1_000) };
    const { data } = await stripe.balanceTransactions.list({ created: since, expand: ['data.source'] });
    expect(data.map(({ type, amount, fee, net }) => [type, amount, fee, net])).toEqual([
      ['adjustment', -5_000, 1_500, -6_500],
      ['charge', 5_000, 175, 4_825],
      ['refund', -1_000, 0, -1_000],
      ['payment', 5_000, 40, 4_960],
      ['charge', 5_000, 175, 4_825],
    ]);
    expect(data[2]?.source).toMatchObject({ object: 'refund', payment_intent: card.id });
    const { available: now, pending } = await stripe.balance.retrieve();
    const usd = (list: typeof now) => list.find(({ currency }) => currency === 'usd')?.amount ?? 0;
    const total = data.reduce((sum, { net }) => sum + net, 0);
    expect(usd(now) + usd(pending) - (opening ?? 0)).toBe(total);
    control.advance(4 * 86_400_000);
    expect(usd((await stripe.balance.retrieve()).pending)).toBe(0);

    const [dispute] = (await stripe.disputes.list({ payment_intent: disputed.id })).data;
    expect(dispute).toMatchObject({ status: 'needs_response', reason: 'fraudulent', amount: 5_000 });
    control.closeDispute(dispute?.id ?? '', 'won');
    expect((await stripe.disputes.retrieve(dispute?.id ?? '')).balance_transactions).toHaveLength(2);
    await own.sandbox.stop();
  });

  it('are read page by page', async () => {
    const own = await startWithStripe();
    for (let count = 0; count < 5; count++) await pay(own.stripe, 'pm_card_visa');
    const seen: string[] = [];
    for await (const { id } of own.stripe.balanceTransactions.list({ limit: 2, type: 'charge' }))
      seen.push(id);
    expect(new Set(seen).size).toBe(5);
    const first = await own.stripe.balanceTransactions.list({ limit: 2, type: 'charge' });
    expect([first.has_more, first.data.map(({ id }) => id)]).toEqual([true, seen.slice(0, 2)]);
    await own.sandbox.stop();
  });
});

describe('a dispute', () => {
  const open = async () => {
    const { id } = await pay(world.stripe, 'pm_card_visa');
    return { payment_intent: id, dispute: world.control.dispute(id, { amount: 3_000 }) };
  };

  it('forbids refunds, and is won or lost by evidence', async () => {
    const { dispute, payment_intent } = await open();
    expect(await refusalOf(world.stripe.refunds.create({ payment_intent }))).toMatchObject({
      code: 'charge_disputed',
    });
    const evidence = { uncategorized_text: 'winning_evidence' };
    expect(await world.stripe.disputes.update(dispute, { evidence })).toMatchObject({ status: 'won' });
    expect((await world.stripe.refunds.create({ payment_intent })).status).toBe('succeeded');
    const other = await open();
    expect(await world.stripe.disputes.close(other.dispute)).toMatchObject({ status: 'lost', amount: 3_000 });
    expect((await refusalOf(world.stripe.disputes.close(other.dispute))).statusCode).toBe(400);
  });
});
