import { createLogger } from '@florin/chassis';
import { migrateTo } from '@florin/postgres';
import { createTestDatabase, expectMigrations, type Population, type TestDatabase } from '@florin/testkit';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';

const populate: Population = {
  '0000_init': (sql) => sql`
    with the_account as (
      insert into accounts (account_id, user_id, purpose, currency, normal_side, min_available_minor, status, created_at,
        updated_at)
      values (gen_random_uuid(), gen_random_uuid(), 'wallet', 'USD', 'credit', 0, 'open', now(), now())
      returning account_id, user_id
    ), the_transfer as (
      insert into transfers (transfer_id, kind, debit_account_id, credit_account_id, amount_minor, currency, reference,
        created_at)
      select gen_random_uuid(), 'single', gen_random_uuid(), account_id, 100, 'USD', 'pay_1', now() from the_account
      returning transfer_id, credit_account_id
    ), the_entry as (
      insert into entries (transfer_id, account_id, side, posted_minor, pending_minor, created_at)
      select transfer_id, credit_account_id, 'credit', 100, 0, now() from the_transfer
    ), the_payment as (
      insert into payments (payment_id, user_id, kind, status, source_id, destination_id, payee_user_id, amount_minor,
        fee_minor, currency, screening, client_id, operation, receipt_id, mode, version, events, created_at, updated_at)
      select gen_random_uuid(), user_id, 'transfer', 'succeeded', 'wal_1', 'wal_2', user_id, 100, 0, 'USD', 'approved',
        'client', 'initiate_payment', gen_random_uuid(), 'simulated', 1, 1, now(), now() from the_account
      returning payment_id, user_id
    ), the_refund as (
      insert into refunds (refund_id, payment_id, user_id, status, amount_minor, currency, screening, client_id,
        receipt_id, version, created_at, updated_at)
      select gen_random_uuid(), payment_id, user_id, 'succeeded', 50, 'USD', 'approved', 'client', gen_random_uuid(), 1,
        now(), now() from the_payment
    ), the_payee as (
      insert into payees select user_id, 'wal_2', now() from the_payment
    ), the_customer as (
      insert into customers select user_id, 'cus_1', 'acct_1', now() from the_payment
    ), the_method as (
      insert into payment_methods (payment_method_id, user_id, type, provider_method_id, fingerprint, brand, last4, status,
        is_default, created_at)
      select gen_random_uuid(), user_id, 'card', 'pm_1', 'print', 'visa', '4242', 'active', true, now() from the_payment
    ), the_payout_account as (
      insert into payout_accounts select user_id, gen_random_uuid(), 'ba_1', now() from the_payment
    ), the_key as (
      insert into idempotency_keys select user_id, 'initiate_payment', 'key', 'hash', 'pay_1', now() from the_payment
    ), the_spending as (
      insert into unscreened_spending select user_id, '2026-10-01', 'USD', 100 from the_payment
    ), the_receipt as (
      insert into webhook_receipts values ('evt_1', now())
    ), the_discrepancy as (
      insert into discrepancies values (gen_random_uuid(), 'kind', 'pay_1', '1.00', '2.00', '{}', now())
    ), the_reconciliation as (
      insert into reconciliations values ('2026-10-01', now())
    ), the_erasure as (
      insert into erasures (user_id, requested_at) values (gen_random_uuid(), now())
    ), the_event as (
      insert into outbox (event, created_at) values ('{}', now())
    ), the_received as (
      insert into inbox values ('payments_fraud', gen_random_uuid(), now())
    ), the_position as (
      insert into inbox_positions values ('payments_fraud', 'pay_1', '1')
    )
    insert into aggregate_sequences values ('pm_1', 1)`,

  '0001_append_only': async () => undefined,
};

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase('payments_migrations');
});
afterAll(() => database.drop());

it('every migration applies to the schema before it, with rows in every table', async () => {
  const { owner_url } = database;
  const folder = new URL('../../migrations/', import.meta.url);
  const logger = createLogger({ name: 'test', level: 'silent' });
  const upTo = (tag: string) => migrateTo({ owner_url, folder, logger }, tag);
  await expectMigrations({ owner_url, folder, migrateTo: upTo, populate });
});

it('the runtime role reads and writes rows, and can change neither the schema nor the book', async () => {
  const runtime = postgres(database.url, { max: 1, onnotice: () => undefined });
  try {
    expect(await runtime`update payments set due_attempts = 1 returning 1 as one`).toHaveLength(1);
    await expect(runtime`drop table entries`).rejects.toMatchObject({ code: '42501' });
    await expect(runtime`alter table entries disable trigger user`).rejects.toMatchObject({ code: '42501' });
    await expect(runtime`delete from entries`).rejects.toThrow('entries is append-only');
  } finally {
    await runtime.end();
  }
});
