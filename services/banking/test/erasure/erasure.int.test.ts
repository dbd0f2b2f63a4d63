import { createLogger, createMetrics } from '@florin/chassis';
import { addEvent, createDatabase, migrate, startRelay, transaction } from '@florin/postgres';
import { createTestDatabase, until } from '@florin/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type BankingUnderTest,
  type LinkedPerson,
  startBankingUnderTest,
  toUuid,
} from '../support/banking-under-test.js';

const logger = createLogger({ name: 'test', level: 'silent' });
const LAST_CALL_MS = 10 * 60_000;
const STORED = ['accounts', 'link_sessions', 'links', 'transactions'];

let banking: BankingUnderTest;
let identity: Awaited<ReturnType<typeof startPublisher>>;

beforeAll(async () => {
  banking = await startBankingUnderTest('erasure');
  identity = await startPublisher(banking.nats_url);
});
afterEach(() => banking.sandbox.control.clearFaults());
afterAll(async () => {
  await identity.stop();
  await banking.stop();
});

/** Says events as identity does: from an outbox, over the same NATS. */
async function startPublisher(nats_url: string) {
  const test = await createTestDatabase('publisher');
  const folder = new URL('../../migrations/', import.meta.url);
  await migrate({ owner_url: test.owner_url, folder, logger });
  const database = createDatabase({ url: test.url, application_name: 'publisher', logger });
  const { metrics, now } = { metrics: createMetrics('test'), now: () => new Date() };
  const relay = startRelay({ database, nats_url, domain: 'identity', logger, metrics, now });
  return {
    async say(user_id: string) {
      const type = 'florin.identity.user.erased.v1';
      await transaction(database.db, (tx) =>
        addEvent(tx, { type, aggregate_id: user_id, data: { user_id } }, now()),
      );
      relay.nudge();
    },
    async stop() {
      await relay.stop();
      await database.close();
      await test.drop();
    },
  };
}

/** Erased at identity, which says so. */
async function leave({ user_id }: LinkedPerson) {
  banking.issuer.revoke(user_id);
  await identity.say(user_id);
}

async function rowsOf({ user_id }: LinkedPerson): Promise<string[]> {
  const held: string[] = [];
  for (const table of STORED) {
    const rows = await banking.sql`
      select 1 from ${banking.sql(table)} where user_id = ${toUuid(user_id)} limit 1`;
    if (rows.length > 0) held.push(table);
  }
  return held;
}

const erasureOf = async ({ user_id }: LinkedPerson) => {
  const [row] = await banking.sql<{ due_at: Date | null; erased_at: Date | null; attempts: number }[]>`
    select due_at, erased_at, attempts from erasures where user_id = ${toUuid(user_id)}`;
  return row;
};

const erased = (person: LinkedPerson) =>
  until(async () => {
    expect(await rowsOf(person)).toEqual([]);
    expect((await erasureOf(person))?.erased_at).toBeInstanceOf(Date);
  });

const accessTo = ({ item_id }: LinkedPerson) =>
  banking.sandbox.control.plaid.items().find((item) => item.item_id === item_id)?.status ?? 'removed';

describe('who deletes their account', () => {
  // proves: erased-everywhere
  it('is erased here: access at the bank ends, every row goes, others hear of each account', async () => {
    const ada = await banking.linkedPerson();
    const ben = await banking.linkedPerson();
    await banking.tool('create_link_token', {}, ada);
    expect(await rowsOf(ada)).toEqual(STORED);
    await leave(ada);
    await erased(ada);
    expect(accessTo(ada)).toBe('removed');
    const told = await banking.sql<{ account_id: string }[]>`
      select event->'data'->>'account_id' as account_id from outbox
      where event->>'type' = 'florin.banking.account.unlinked.v1' order by 1`;
    expect(told.map(({ account_id }) => account_id)).toEqual([...ada.accounts.values()].sort());
    expect(await rowsOf(ben)).toEqual(['accounts', 'links', 'transactions']);
    expect(accessTo(ben)).toBe('connected');
  });

  it('is erased here also when the event came while banking was down, and once', async () => {
    const ada = await banking.linkedPerson();
    banking.issuer.revoke(ada.user_id);
    await banking.restart({ whileDown: () => identity.say(ada.user_id) });
    await erased(ada);
    await identity.say(ada.user_id);
    await banking.restart();
    expect(await rowsOf(ada)).toEqual([]);
  });

  it('is erased as soon as the bank answers again, where it did not', async () => {
    banking.sandbox.control.setFault({ kind: 'status', status: 500, path: '/item/remove' });
    const ada = await banking.linkedPerson();
    await leave(ada);
    await until(async () => expect((await erasureOf(ada))?.attempts).toBeGreaterThan(0), { timeout: 20_000 });
    expect((await erasureOf(ada))?.erased_at).toBeNull();
    expect(accessTo(ada)).toBe('connected');

    banking.sandbox.control.clearFaults();
    await banking.restart();
    banking.clock.advance(15 * 60_000);
    await erased(ada);
    expect(accessTo(ada)).toBe('removed');
  });

  it('is erased once more when no call of theirs can be under way any more', async () => {
    const ada = await banking.linkedPerson();
    await leave(ada);
    await erased(ada);
    const late = { public_token: await banking.publicToken() };
    const token = await banking.issuer.sign({ sub: ada.user_id, scopes: ['banking:write'] });
    await banking.sql`insert into links (link_id, user_id, provider_link_id, public_token_hash, access_token,
        institution, status, linked_at)
      values (gen_random_uuid(), ${toUuid(ada.user_id)}, 'late', 'late', null, 'Bank', 'unlinked', now())`;
    await expect(banking.tool('link_bank_account', late, { ...ada, token })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    banking.clock.advance(LAST_CALL_MS);
    await until(async () => expect(await erasureOf(ada)).toMatchObject({ due_at: null }));
    expect(await rowsOf(ada)).toEqual([]);
  });

  it('stays where an event says so of somebody whom identity still knows', async () => {
    const ada = await banking.linkedPerson();
    const next = await banking.linkedPerson();
    await identity.say(ada.user_id);
    await leave(next);
    await erased(next);
    expect(await rowsOf(ada)).toEqual(['accounts', 'links', 'transactions']);
    expect(await erasureOf(ada)).toBeUndefined();
  });
});
