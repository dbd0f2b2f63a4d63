import { until } from '@florin/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BankingUnderTest,
  type LinkedPerson,
  startBankingUnderTest,
} from '../support/banking-under-test.js';

interface Transaction {
  transaction_id: string;
  account_id: string;
  date: string;
  amount: { amount: string; currency: string };
  merchant?: string;
  description: string;
  category: string;
  pending: boolean;
}

let banking: BankingUnderTest;
let ada: LinkedPerson;

beforeAll(async () => {
  banking = await startBankingUnderTest('operations');
  ada = await banking.linkedPerson();
});
afterAll(() => banking.stop());

async function search(args: object): Promise<{ transactions: Transaction[]; next_page_token?: string }> {
  return (await banking.tool('search_transactions', args, ada)) as never;
}

describe('accounts', () => {
  it('lists what was linked, and says which texts are not to be trusted', async () => {
    const listed = await banking.tool('list_accounts', {}, ada);
    expect(listed.accounts).toHaveLength(3);
    expect((listed.accounts as object[])[0]).toMatchObject({
      account_id: expect.stringMatching(/^acc_/),
      name: 'Harbor Checking',
      mask: expect.stringMatching(/^\d{4}$/),
      institution: 'First Harbor Bank',
      currency: 'USD',
      status: 'active',
    });
    expect(listed.untrusted_fields).toEqual(['name', 'institution']);
    expect(await banking.read('banking://me/accounts', ada)).toEqual(listed);
  });

  it('pages without losing or repeating an account', async () => {
    const first = await banking.tool('list_accounts', { page_size: 2 }, ada);
    const second = await banking.tool(
      'list_accounts',
      { page_size: 2, page_token: first.next_page_token },
      ada,
    );
    const ids = [...(first.accounts as Transaction[]), ...(second.accounts as Transaction[])].map(
      ({ account_id }) => account_id,
    );
    expect(ids.toSorted()).toEqual([...ada.accounts.values()].toSorted());
    expect(second.next_page_token).toBeUndefined();
  });

  it('completes only ids of the caller', async () => {
    const params = { argument: { name: 'account_id', value: 'acc_' } };
    const uri = 'banking://{account_id}/balance';
    const own = await banking.call('completion', uri, params, ada.token);
    expect(own.completion).toMatchObject({ values: [...ada.accounts.values()] });
    const stranger = await banking.newPerson();
    const none = await banking.call('completion', uri, params, stranger.token);
    expect(none.completion).toMatchObject({ values: [] });
  });
});

describe('search_transactions', () => {
  // proves: complete-history
  it('gives every transaction once, the newest first, over pages', async () => {
    const seen: Transaction[] = [];
    let page_token: string | undefined;
    for (let page = 0; page < 60; page++) {
      const found = await search({ page_size: 100, ...(page_token && { page_token }) });
      seen.push(...found.transactions);
      page_token = found.next_page_token;
      if (page_token === undefined) break;
    }
    const [stored] = await banking.sql`select count(*)::int as n from transactions where not removed`;
    expect(seen.length).toBe(stored?.n);
    expect(seen.length).toBeGreaterThan(1_000);
    expect(new Set(seen.map(({ transaction_id }) => transaction_id)).size).toBe(seen.length);
    const dates = seen.map(({ date }) => date);
    expect(dates).toEqual(dates.toSorted().toReversed());
  });

  it('shows money out as negative and money in as positive', async () => {
    const salary = await search({ category: 'income', page_size: 1, min_amount: '1000' });
    expect(Number(salary.transactions[0]?.amount.amount)).toBeGreaterThan(1_000);
    const rent = await search({ text: 'rent', category: 'rent_and_utilities', page_size: 1 });
    expect(Number(rent.transactions[0]?.amount.amount)).toBeLessThan(0);
  });

  it('holds every filter at once', async () => {
    const account_id = ada.accounts.get('Harbor Card');
    const found = await search({
      account_id,
      start_date: '2026-03-01',
      end_date: '2026-09-30',
      category: 'food_and_drink',
      min_amount: '4.005',
      max_amount: '60.005',
      page_size: 100,
    });
    expect(found.transactions.length).toBeGreaterThan(3);
    for (const each of found.transactions) {
      const size = Math.abs(Number(each.amount.amount));
      expect(each).toMatchObject({ account_id, category: 'food_and_drink' });
      expect(each.date >= '2026-03-01' && each.date <= '2026-09-30').toBe(true);
      expect(size >= 4.01 && size <= 60).toBe(true);
    }
  });

  it('takes wildcards in the text for what they are', async () => {
    expect((await search({ text: '%_%' })).transactions).toEqual([]);
  });

  it('refuses a page token with other filters, and one of somebody else', async () => {
    const { next_page_token } = await search({ page_size: 1 });
    await expect(
      search({ page_size: 1, category: 'travel', page_token: next_page_token }),
    ).rejects.toMatchObject({
      reason: 'INVALID_PAGE_TOKEN',
    });
    const bob = await banking.newPerson();
    await expect(
      banking.tool('search_transactions', { page_size: 1, page_token: next_page_token }, bob),
    ).rejects.toMatchObject({ reason: 'INVALID_PAGE_TOKEN' });
  });

  it('names the field that is wrong and how to put it right', async () => {
    await expect(search({ start_date: '2026-10-02', end_date: '2026-10-01' })).rejects.toMatchObject({
      reason: 'INVALID_ARGUMENT',
      message: 'end_date must not be before start_date.',
    });
    await expect(search({ min_amount: '-5' })).rejects.toThrow(/min_amount must be a decimal string/);
    await expect(search({ txt: 'rent' })).rejects.toThrow(/did you mean text/);
    await expect(search({ text: 'x'.repeat(101) })).rejects.toThrow(/text/);
  });

  it('is the same as the resource', async () => {
    const account_id = ada.accounts.get('Harbor Savings');
    const found = await search({ account_id, start_date: '2026-08-01' });
    const read = await banking.read(`banking://${account_id}/transactions?start_date=2026-08-01`, ada);
    expect(read).toEqual(found);
  });
});

describe('summarize_spending', () => {
  it('adds up to what the transactions say, by whatever it is grouped', async () => {
    const range = { start_date: '2026-09-01', end_date: '2026-09-30' };
    const summaries = await Promise.all(
      ['category', 'merchant', 'month'].map((group_by) =>
        banking.tool('summarize_spending', { ...range, group_by }, ada),
      ),
    );
    const [byCategory = {}, byMerchant = {}, byMonth = {}] = summaries;
    expect(byMerchant.totals).toEqual(byCategory.totals);
    expect(byMonth.groups).toEqual([expect.objectContaining({ key: '2026-09', share_bps: 10_000 })]);
    expect(byCategory.excluded).toContainEqual({ reason: 'credit_card_payment', transactions: 2 });
    expect(byCategory.groups).not.toContainEqual(expect.objectContaining({ key: 'income' }));

    const { transactions } = await search({ ...range, page_size: 100, category: 'food_and_drink' });
    const sum = transactions.reduce(
      (cents, { amount }) => cents - Math.round(Number(amount.amount) * 100),
      0,
    );
    expect(byCategory.groups).toContainEqual(
      expect.objectContaining({
        key: 'food_and_drink',
        total: { amount: (sum / 100).toFixed(2), currency: 'USD' },
      }),
    );
  });
});

describe('find_recurring_charges', () => {
  it('finds rent, bills and subscriptions, and the price that rose', async () => {
    const found = await banking.tool('find_recurring_charges', {}, ada);
    const charges = found.recurring_charges as { merchant: string; cadence: string; price_change?: object }[];
    const cadences = Object.fromEntries(charges.map(({ merchant, cadence }) => [merchant, cadence]));
    expect(cadences).toMatchObject({
      Streamhouse: 'monthly',
      Tunewell: 'monthly',
      'Cloudkeep Storage': 'monthly',
      'Ironworks Fitness': 'monthly',
      'Clearwave Internet': 'monthly',
      'Linnet Mobile': 'monthly',
      'Cascade Power': 'monthly',
      'City Water Bureau': 'quarterly',
      'Metro Transit': 'weekly',
    });
    expect(charges.find(({ merchant }) => merchant === 'Streamhouse')?.price_change).toMatchObject({
      from: { amount: '11.99', currency: 'USD' },
      to: { amount: '13.99', currency: 'USD' },
    });
    expect(Object.keys(cadences)).not.toContain('Greenleaf Market');
  });
});

describe('get_balance', () => {
  it('asks the bank, and not again within ten seconds', async () => {
    const account_id = ada.accounts.get('Harbor Checking');
    banking.clock.advance(60_000);
    const live = await banking.tool('get_balance', { account_id }, ada);
    expect(live).toMatchObject({
      source: 'live',
      age_s: 0,
      current: { amount: expect.stringMatching(/^\d+\.\d\d$/), currency: 'USD' },
    });
    banking.clock.advance(9_000);
    expect(await banking.tool('get_balance', { account_id }, ada)).toEqual({
      ...live,
      source: 'cached',
      age_s: 9,
    });
    banking.clock.advance(2_000);
    expect(await banking.read(`banking://${account_id}/balance`, ada)).toMatchObject({ source: 'live' });
  });
});

it('publishes what it tells', async () => {
  await until(
    async () =>
      expect(await banking.sql`select 1 from outbox where published_at is null limit 1`).toHaveLength(0),
    { timeout: 10_000 },
  );
  const types = await banking.sql`select distinct event->>'type' as type from outbox order by 1`;
  expect(types.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['florin.banking.account.linked.v1', 'florin.banking.transaction.created.v1']),
  );
});

describe('refresh_bank_data', () => {
  it('has the bank asked, and what it says is there soon after', async () => {
    const account_id = ada.accounts.get('Harbor Checking');
    const before = await banking.tool('search_transactions', { account_id }, ada);
    // Two weeks later there is a salary more.
    banking.clock.advance(14 * 24 * 3_600_000);
    ada.token = await banking.issuer.sign({ sub: ada.user_id, scopes: ['banking:read', 'banking:write'] });
    expect(await banking.tool('refresh_bank_data', { account_id }, ada)).toEqual({
      account_id,
      status: 'requested',
      as_of: before.as_of,
    });
    await banking.synced(ada);
    const after = await banking.tool('search_transactions', { account_id }, ada);
    expect(after.as_of).toBe(banking.clock.now().toISOString());
    expect(after.transactions).not.toEqual(before.transactions);
  });
});
