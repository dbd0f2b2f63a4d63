import { createLogger } from '@florin/chassis';
import { migrateTo } from '@florin/postgres';
import { createTestDatabase, expectMigrations, type Population, type TestDatabase } from '@florin/testkit';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';

const populate: Population = {
  '0000_init': (sql) => sql`
    with the_link as (
      insert into links (link_id, user_id, provider_link_id, public_token_hash, access_token, institution, status, linked_at)
      values (gen_random_uuid(), gen_random_uuid(), 'item', 'hash', 'v1.k1.a.b', 'First Harbor Bank', 'active', now())
      returning link_id, user_id
    ), the_account as (
      insert into accounts (account_id, user_id, link_id, provider_account_id, name, mask, type, subtype, currency, linked_at)
      select gen_random_uuid(), user_id, link_id, 'account', 'Checking', '1234', 'depository', 'checking', 'USD', now()
      from the_link returning account_id, user_id, link_id
    ), the_transaction as (
      insert into transactions (transaction_id, user_id, link_id, account_id, provider_transaction_id, date, amount_minor,
        currency, description, category, category_detail, pending, removed, updated_at)
      select gen_random_uuid(), user_id, link_id, account_id, 'transaction', '2026-10-01', -100, 'USD', 'X', 'other', '',
        false, false, now() from the_account
    ), the_session as (
      insert into link_sessions (session_id, user_id, state_hash, link_token, expires_at)
      select gen_random_uuid(), user_id, 'hash', 'v1.k1.c.d', now() from the_link
    ), the_receipt as (
      insert into webhook_receipts values ('hash', now())
    ), the_event as (
      insert into outbox (event, created_at) values ('{}', now())
    )
    insert into aggregate_sequences values ('acc_1', 1)`,

  '0001_erasures': (sql) => sql`
    with the_erasure as (
      insert into erasures (user_id, requested_at) values (gen_random_uuid(), now())
    ), the_received as (
      insert into inbox values ('banking_identity', gen_random_uuid(), now())
    )
    insert into inbox_positions values ('banking_identity', 'usr_1', '1')`,
};

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase('migrations');
});
afterAll(() => database.drop());

it('every migration applies to the schema before it, with rows in every table', async () => {
  const { owner_url } = database;
  const folder = new URL('../../migrations/', import.meta.url);
  const logger = createLogger({ name: 'test', level: 'silent' });
  const upTo = (tag: string) => migrateTo({ owner_url, folder, logger }, tag);
  await expectMigrations({ owner_url, folder, migrateTo: upTo, populate });
});

it('the runtime role reads and writes rows, and cannot change the schema', async () => {
  const runtime = postgres(database.url, { max: 1, onnotice: () => undefined });
  try {
    expect(await runtime`update links set sync_attempts = 0 returning 1 as one`).toHaveLength(1);
    await expect(runtime`drop table transactions`).rejects.toMatchObject({ code: '42501' });
  } finally {
    await runtime.end();
  }
});
