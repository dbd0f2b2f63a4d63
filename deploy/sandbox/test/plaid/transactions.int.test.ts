import type { PlaidApi } from 'plaid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkBank, MERIDIAN, refusalOf, startWithClient, syncAll } from '../client.js';

let world: Awaited<ReturnType<typeof startWithClient>>;
let plaid: PlaidApi;

beforeAll(async () => {
  world = await startWithClient();
  plaid = world.plaid;
});

afterAll(() => world.sandbox.stop());

const ids = (list: readonly { transaction_id: string }[]) => list.map((each) => each.transaction_id);

async function balanceSum(access_token: string) {
  const { data } = await plaid.accountsGet({ access_token });
  return Object.fromEntries(data.accounts.map((each) => [each.account_id, each.balances.current ?? 0]));
}

describe('/transactions/sync', () => {
  it('hands out two years, once each, whatever the size of a page', async () => {
    const { access_token } = await linkBank(plaid);
    const large = await syncAll(plaid, access_token);
    const small = await syncAll(plaid, access_token, undefined, 97);
    expect(large.added.length).toBeGreaterThan(1_000);
    expect(ids(small.added)).toEqual(ids(large.added));
    expect(new Set(ids(large.added)).size).toBe(large.added.length);
    expect(small.pages).toBe(Math.ceil(large.added.length / 97));
    expect(large.added.some((each) => each.pending)).toBe(true);
    const oldest = large.added.map((each) => each.date).sort()[0] ?? '';
    expect(oldest >= '2024-03-15' && oldest < '2024-03-22').toBe(true);
  });

  it('has nothing more to say to the cursor it ended with', async () => {
    const { access_token } = await linkBank(plaid);
    const { cursor } = await syncAll(plaid, access_token);
    const again = await syncAll(plaid, access_token, cursor);
    expect([again.added, again.modified, again.removed]).toEqual([[], [], []]);
  });

  it('posts a pending transaction under a new id that points to the old one, which is removed', async () => {
    const { access_token } = await linkBank(plaid);
    const first = await syncAll(plaid, access_token);
    const pending = first.added.filter((each) => each.pending);
    expect(pending.length).toBeGreaterThan(0);
    world.forward(24 * 4);
    const next = await syncAll(plaid, access_token, first.cursor);
    expect(ids(next.removed)).toEqual(expect.arrayContaining(ids(pending)));
    for (const { transaction_id, authorized_date, account_id } of pending) {
      const posted = next.added.find((each) => each.pending_transaction_id === transaction_id);
      expect(posted).toMatchObject({ pending: false, authorized_date, account_id });
      expect(posted?.transaction_id).not.toBe(transaction_id);
    }
  });

  it('tells the same story in one loop as in many, and balances move by what was posted', async () => {
    const { access_token } = await linkBank(plaid, { institution_id: MERIDIAN });
    const first = await syncAll(plaid, access_token);
    const before = await balanceSum(access_token);
    const known = new Map(first.added.map((each) => [each.transaction_id, each]));
    const posted_before = new Set(ids(first.added.filter((each) => !each.pending)));
    let { cursor } = first;
    for (let day = 0; day < 20; day++) {
      world.forward(24);
      const step = await syncAll(plaid, access_token, cursor, 7);
      cursor = step.cursor;
      for (const { transaction_id } of step.removed) expect(known.delete(transaction_id)).toBe(true);
      for (const each of step.added) known.set(each.transaction_id, each);
    }
    const fresh = await syncAll(plaid, access_token);
    expect([...known.keys()].sort()).toEqual(ids(fresh.added).sort());

    const after = await balanceSum(access_token);
    const { data } = await plaid.accountsGet({ access_token });
    for (const account of data.accounts) {
      const moved = fresh.added
        .filter((each) => each.account_id === account.account_id && !each.pending)
        .filter((each) => !posted_before.has(each.transaction_id))
        .reduce((sum, each) => sum + each.amount, 0);
      const change = (after[account.account_id] ?? 0) - (before[account.account_id] ?? 0);
      // A debt grows by what is spent; what is held shrinks by it.
      expect(change).toBeCloseTo(account.type === 'credit' ? moved : -moved, 2);
    }
  });

  it('refuses a later page after the data changed, and goes on from where the loop began', async () => {
    const { access_token, item_id } = await linkBank(plaid);
    const begun = await plaid.transactionsSync({ access_token, count: 100 });
    const [transaction] = world.sandbox.control.plaid.transactions(item_id, 1);
    world.sandbox.control.plaid.removeTransaction(item_id, transaction?.transaction_id ?? '');
    const { status, error } = await refusalOf(
      plaid.transactionsSync({ access_token, count: 100, cursor: begun.data.next_cursor }),
    );
    expect([status, error.error_type, error.error_code]).toEqual([
      400,
      'TRANSACTIONS_ERROR',
      'TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION',
    ]);
    const restarted = await syncAll(plaid, access_token);
    expect(ids(restarted.added)).not.toContain(transaction?.transaction_id);
    expect(restarted.removed).toEqual([]);
  });

  it('reports what a bank changes: added, modified, removed, posted', async () => {
    const { access_token, item_id } = await linkBank(plaid);
    const { cursor, added } = await syncAll(plaid, access_token);
    const bank = world.sandbox.control.plaid;
    const account_id = added[0]?.account_id ?? '';
    const hold = { account_id, amount: 12.34, name: 'HOLD', merchant_name: 'Hold & Co', pending: true };
    const held = bank.addTransaction(item_id, hold);
    const changed = added.find((each) => !each.pending)?.transaction_id ?? '';
    bank.modifyTransaction(item_id, changed, { amount: 99.99, merchant_name: 'Renamed' });

    const second = await syncAll(plaid, access_token, cursor);
    expect(second.added).toMatchObject([{ transaction_id: held, amount: 12.34, pending: true }]);
    expect(second.modified).toMatchObject([
      { transaction_id: changed, amount: 99.99, merchant_name: 'Renamed' },
    ]);

    const posted = bank.postTransaction(item_id, held);
    bank.removeTransaction(item_id, changed);
    const third = await syncAll(plaid, access_token, second.cursor);
    expect(third.added).toMatchObject([
      { transaction_id: posted, pending_transaction_id: held, pending: false },
    ]);
    expect(ids(third.removed).sort()).toEqual([held, changed].sort());
  });

  it('does not post again what was posted by hand', async () => {
    const { access_token } = await linkBank(plaid);
    const { added, cursor } = await syncAll(plaid, access_token);
    const pending = added.find((each) => each.pending)?.transaction_id ?? '';
    const { data } = await plaid.itemGet({ access_token });
    const posted = world.sandbox.control.plaid.postTransaction(data.item.item_id, pending);
    world.forward(24 * 5);
    const next = await syncAll(plaid, access_token, cursor);
    expect(next.added.filter((each) => each.pending_transaction_id === pending)).toMatchObject([
      { transaction_id: posted },
    ]);
  });

  it('narrows a loop to one account, and refuses its cursor for another', async () => {
    const { access_token } = await linkBank(plaid);
    const { data } = await plaid.accountsGet({ access_token });
    const [checking, savings] = data.accounts.map((each) => each.account_id);
    const narrowed = await plaid.transactionsSync({
      access_token,
      options: { account_id: checking ?? '' },
    });
    expect(new Set(narrowed.data.added.map((each) => each.account_id))).toEqual(new Set([checking]));
    const { error } = await refusalOf(
      plaid.transactionsSync({
        access_token,
        cursor: narrowed.data.next_cursor,
        options: { account_id: savings ?? '' },
      }),
    );
    expect(error.error_code).toBe('INVALID_FIELD');
  });

  it('gives ninety days where none were asked for', async () => {
    const { access_token } = await linkBank(plaid, { days_requested: 90 });
    const { added } = await syncAll(plaid, access_token);
    const oldest = added.map((each) => each.date).sort()[0] ?? '';
    const ninety = new Date(world.now().getTime() - 90 * 86_400_000).toISOString().slice(0, 10);
    expect(oldest >= ninety).toBe(true);
  });

  it("refuses another item's cursor", async () => {
    const [one, other] = [await linkBank(plaid), await linkBank(plaid)];
    const { cursor } = await syncAll(plaid, one.access_token);
    const { error } = await refusalOf(plaid.transactionsSync({ access_token: other.access_token, cursor }));
    expect(error.error_code).toBe('INVALID_FIELD');
  });
});

describe('history that is not there yet', () => {
  it('comes empty first, then as thirty days, then whole, and a refresh before that is refused', async () => {
    const slow = await startWithClient({ initial_update_ms: 1_000, historical_update_ms: 7_200_000 });
    const { access_token } = await linkBank(slow.plaid);
    const empty = await slow.plaid.transactionsSync({ access_token });
    expect(empty.data).toMatchObject({ added: [], has_more: false, transactions_update_status: 'NOT_READY' });
    const { error } = await refusalOf(slow.plaid.transactionsRefresh({ access_token }));
    expect(error.error_code).toBe('PRODUCT_NOT_READY');

    slow.forward(1);
    const initial = await syncAll(slow.plaid, access_token, empty.data.next_cursor);
    const balances = (await slow.plaid.accountsGet({ access_token })).data.accounts;
    expect(initial.added.every((each) => each.date >= '2026-02-13')).toBe(true);
    slow.forward(2);
    const rest = await syncAll(slow.plaid, access_token, initial.cursor);
    expect(rest.added.length).toBeGreaterThan(1_000);
    expect((await slow.plaid.accountsGet({ access_token })).data.accounts.length).toBe(balances.length);
    await slow.sandbox.stop();
  });
});

describe('two sandboxes of one seed', () => {
  it('show the same life: amounts, names and dates, under ids of their own', async () => {
    const clock = { now: () => new Date(Date.UTC(2026, 2, 15, 12)) };
    const lives = await Promise.all(
      ['one', 'one', 'two'].map(async (seed) => {
        const other = await startWithClient({ seed, ...clock });
        const { access_token } = await linkBank(other.plaid);
        const { added } = await syncAll(other.plaid, access_token);
        await other.sandbox.stop();
        return added;
      }),
    );
    const [first, again, different] = lives.map((life) =>
      life.map(({ amount, name, date, pending }) => ({ amount, name, date, pending })),
    );
    expect(again).toEqual(first);
    expect(different).not.toEqual(first);
    expect(ids(lives[0] ?? [])).not.toEqual(ids(lives[1] ?? []));
  });
});
