import { until } from '@florin/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BankingUnderTest,
  type Json,
  type LinkedPerson,
  type Person,
  startBankingUnderTest,
  toUuid,
} from '../support/banking-under-test.js';

interface Transaction {
  transaction_id: string;
  amount: { amount: string };
  pending: boolean;
  description: string;
}

let banking: BankingUnderTest;

beforeAll(async () => {
  banking = await startBankingUnderTest('sync');
});
afterAll(() => banking.stop());

async function find(text: string, person: Person): Promise<Transaction[]> {
  return (await banking.tool('search_transactions', { text }, person)).transactions as Transaction[];
}

/** Adds a transaction at the bank, with Plaid's sign: positive is money out. */
function addAtBank(person: LinkedPerson, name: string, amount: number, pending = false): string {
  const { plaid } = banking.sandbox.control;
  const item = plaid.items().find(({ item_id }) => item_id === person.item_id);
  const account_id = item?.accounts[0]?.account_id ?? '';
  return plaid.addTransaction(person.item_id, { account_id, name, amount, pending });
}

async function eventsOf(person: Person, kind: string): Promise<Json[]> {
  const rows = await banking.sql<{ data: Json }[]>`
    select event->'data' as data from outbox
    where event->>'type' = ${`florin.banking.transaction.${kind}.v1`}
      and event->'data'->>'user_id' = ${person.user_id} order by position`;
  return rows.map(({ data }) => data);
}

describe('sync', () => {
  it('brings two years in one commit, and tells of them a hundred at a time', async () => {
    const person = await banking.linkedPerson();
    const owner = toUuid(person.user_id);
    const [stored] = await banking.sql`select count(*)::int as n from transactions where user_id = ${owner}`;
    const told = (await eventsOf(person, 'created')).flatMap((data) => data.transaction_ids as string[]);
    expect(told).toHaveLength(stored?.n);
    expect(new Set(told).size).toBe(told.length);
    for (const data of await eventsOf(person, 'created'))
      expect((data.transaction_ids as string[]).length).toBeLessThanOrEqual(100);
  });

  it('hears of a new transaction by webhook', async () => {
    const person = await banking.linkedPerson();
    addAtBank(person, 'KITE SHOP LISBON', 42.5);
    await until(async () => expect(await find('kite shop', person)).toHaveLength(1), { timeout: 5_000 });
    expect((await find('kite shop', person))[0]).toMatchObject({
      amount: { amount: '-42.50' },
      pending: false,
    });
  });

  it('keeps one transaction, under one id, from pending to posted', async () => {
    const person = await banking.linkedPerson();
    const pending_id = addAtBank(person, 'HARBOUR CAFE', 12, true);
    await until(async () => expect(await find('harbour cafe', person)).toHaveLength(1), {
      timeout: 5_000,
    });
    const [pending] = await find('harbour cafe', person);
    expect(pending).toMatchObject({ pending: true });

    banking.sandbox.control.plaid.postTransaction(person.item_id, pending_id);
    await until(async () => expect((await find('harbour cafe', person))[0]?.pending).toBe(false), {
      timeout: 5_000,
    });
    const posted = await find('harbour cafe', person);
    expect(posted).toEqual([{ ...pending, pending: false }]);
    expect(await eventsOf(person, 'removed')).toEqual([]);
    expect((await eventsOf(person, 'updated')).at(-1)?.transaction_ids).toEqual([pending?.transaction_id]);
  });

  it('takes over what the bank changes and withdraws', async () => {
    const person = await banking.linkedPerson();
    const { plaid } = banking.sandbox.control;
    const provider_id = addAtBank(person, 'TYPEWRITER REPAIR', 80);
    await until(async () => expect(await find('typewriter', person)).toHaveLength(1), {
      timeout: 5_000,
    });
    const [before] = await find('typewriter', person);
    plaid.modifyTransaction(person.item_id, provider_id, { amount: 75.25 });
    await until(
      async () => expect(await find('typewriter', person)).toMatchObject([{ amount: { amount: '-75.25' } }]),
      { timeout: 5_000 },
    );
    plaid.removeTransaction(person.item_id, provider_id);
    await until(async () => expect(await find('typewriter', person)).toEqual([]), { timeout: 5_000 });
    expect((await eventsOf(person, 'removed')).at(-1)?.transaction_ids).toEqual([before?.transaction_id]);
  });

  it('starts again from its first cursor when transactions change while it pages', async () => {
    banking.sandbox.control.setFault({ kind: 'mutation_during_pagination', times: 3 });
    const person = await banking.linkedPerson();
    expect(banking.sandbox.control.status().faults).toEqual([]);
    const owner = toUuid(person.user_id);
    const [rows] = await banking.sql`
      select count(*)::int as n, count(distinct provider_transaction_id)::int as distinct from transactions
      where user_id = ${owner}`;
    expect(rows?.n).toBeGreaterThan(1_000);
    expect(rows?.distinct).toBe(rows?.n);
  });

  it.each([
    { kind: 'status', status: 429, path: '/transactions/sync' },
    { kind: 'status', status: 500, path: '/transactions/sync' },
    { kind: 'drop_connection', path: '/transactions/sync' },
    { kind: '500_after_applying', path: '/transactions/sync' },
  ] as const)('waits out $kind $status of the provider, and keeps nothing half read', async (fault) => {
    const person = await banking.newPerson();
    banking.sandbox.control.setFault(fault);
    await banking.tool('link_bank_account', { public_token: await banking.publicToken() }, person);
    const link = async () => {
      const [row] = await banking.sql`
        select cursor, sync_attempts, sync_due_at from links where user_id = ${toUuid(person.user_id)}`;
      return row;
    };
    await until(async () => expect((await link())?.sync_attempts).toBeGreaterThan(0), {
      timeout: 10_000,
    });
    expect(await link()).toMatchObject({ cursor: null });
    expect(await banking.tool('search_transactions', {}, person)).toMatchObject({ transactions: [] });

    banking.sandbox.control.clearFaults();
    banking.clock.advance(20_000);
    await banking.synced(person);
    expect((await find('payroll', person)).length).toBeGreaterThan(0);
  });

  // proves: bank-down
  it('answers reads from what it has while the bank is down, with its age, and refuses writes as retryable', async () => {
    const person = await banking.linkedPerson();
    const account_id = person.accounts.get('Harbor Checking');
    const before = await banking.tool('search_transactions', {}, person);
    banking.sandbox.control.setFault({ kind: 'down' });
    banking.clock.advance(120_000);
    expect(await banking.tool('search_transactions', {}, person)).toEqual(before);
    expect(before.as_of).toEqual(expect.any(String));
    expect(await banking.tool('get_balance', { account_id }, person)).toMatchObject({
      source: 'cached',
      age_s: 120,
    });
    for (const [name, args] of [
      ['refresh_bank_data', { account_id }],
      ['create_link_token', {}],
      ['link_bank_account', { public_token: 'public-sandbox-00000000' }],
    ] as const) {
      await expect(banking.tool(name, args, person), name).rejects.toMatchObject({
        reason: 'PROVIDER_UNAVAILABLE',
        code: 'UNAVAILABLE',
        retryable: true,
      });
    }
    banking.sandbox.control.clearFaults();
  });

  it('asks the bank once for balances that many ask for at once', async () => {
    const person = await banking.linkedPerson();
    banking.clock.advance(60_000);
    banking.sandbox.control.setFault({
      kind: 'rate_limit',
      limit: 1,
      window_ms: 3_600_000,
      path: '/accounts/balance/get',
    });
    const answers = await Promise.all(
      [...person.accounts.values(), ...person.accounts.values()].map((account_id) =>
        banking.tool('get_balance', { account_id }, person),
      ),
    );
    // Who was refused by the bank would be shown what it said a minute ago.
    const now = banking.clock.now().toISOString();
    expect(answers.map(({ as_of }) => as_of)).toEqual(answers.map(() => now));
    banking.sandbox.control.clearFaults();
  });

  it('goes on after a restart where it stood, and forgets no request', async () => {
    const person = await banking.newPerson();
    banking.sandbox.control.setFault({ kind: 'latency', latency_ms: 400, path: '/transactions/sync' });
    await banking.tool('link_bank_account', { public_token: await banking.publicToken() }, person);
    await banking.restart();
    banking.sandbox.control.clearFaults();
    await banking.synced(person);
    expect((await find('payroll', person)).length).toBeGreaterThan(0);
  });

  it('leaves no half of an update behind when it is cut off before the commit', async () => {
    const person = await banking.linkedPerson();
    const owner = toUuid(person.user_id);
    const state = () => banking.sql`
      select cursor, synced_at, (select count(*)::int from transactions where user_id = ${owner}) as n,
        (select count(*)::int from outbox where event->'data'->>'user_id' = ${person.user_id}) as events
      from links where user_id = ${owner}`;
    const before = await state();
    // The last statement of the commit fails: rows, cursor and events were written before it, in the same transaction.
    await banking.sql`
      create function refuse() returns trigger language plpgsql as $$ begin raise 'cut off'; end $$`;
    await banking.sql`create trigger refuse before insert on outbox for each row
      when (new.event->>'type' = 'florin.banking.transaction.created.v1') execute function refuse()`;
    addAtBank(person, 'NEVER HALF WRITTEN', 5);
    await until(
      async () => {
        const [row] = await banking.sql`select sync_attempts from links where user_id = ${owner}`;
        expect(row?.sync_attempts).toBeGreaterThan(0);
      },
      { timeout: 10_000 },
    );
    expect(await state()).toEqual(before);
    await banking.sql`drop trigger refuse on outbox`;
    banking.clock.advance(10_000);
    await until(async () => expect(await find('never half', person)).toHaveLength(1), {
      timeout: 5_000,
    });
  });

  it('does not let a slow worker overwrite what a faster one committed', async () => {
    const person = await banking.linkedPerson();
    const owner = toUuid(person.user_id);
    banking.sandbox.control.setFault({
      kind: 'latency',
      latency_ms: 700,
      path: '/transactions/sync',
      times: 1,
    });
    addAtBank(person, 'SLOW AND FAST', 9);
    await until(
      async () => {
        const [row] = await banking.sql`select sync_claimed_until from links where user_id = ${owner}`;
        expect(row?.sync_claimed_until).not.toBeNull();
      },
      { timeout: 5_000, interval: 10 },
    );
    // The claim runs out while the worker still waits for its page, so the other takes the link as well.
    await banking.sql`update links set sync_claimed_until = ${banking.clock.now()} where user_id = ${owner}`;
    await banking.synced(person);
    await until(async () => expect(await find('slow and fast', person)).toHaveLength(1), {
      timeout: 5_000,
    });
    const created = (await eventsOf(person, 'created')).flatMap((data) => data.transaction_ids as string[]);
    expect(new Set(created).size).toBe(created.length);
  });
});
