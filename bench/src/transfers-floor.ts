import { randomInt, randomUUID } from 'node:crypto';
import postgres, { type Sql } from 'postgres';
import type { LoadResult } from './load.js';

const WALLETS = 500;
const TABLES = ['accounts', 'transfers', 'entries', 'payments', 'idempotency_keys', 'outbox'];
const FUNDS_MINOR = '1000000000000';

interface FloorOptions {
  /** Payments' database, migrated, as a role that may make a schema in it. */
  database_url: string;
  clients: number;
  seconds: number;
  /** Of all transfers, those to one wallet. */
  hot_share: number;
}

/**
 * The same transfers by nothing but SQL: what a script that is linked with no service gets out of the same Postgres, one
 * transaction each. Locks both accounts in their order, writes payment, key, transfer, entries, balances and outbox. In
 * tables of its own, made as those of payments are, which it removes.
 */
export async function transfersFloor(options: FloorOptions): Promise<LoadResult> {
  const { database_url, clients, seconds, hot_share } = options;
  const sql = postgres(database_url, {
    max: clients,
    onnotice: () => undefined,
    connection: { search_path: 'floor' },
  });
  try {
    const wallets = await prepare(sql);
    const latencies: number[] = [];
    const began_ms = performance.now();
    const isOver = () => performance.now() - began_ms >= seconds * 1_000;
    const client = async () => {
      while (!isOver()) {
        const from = 1 + randomInt(WALLETS - 1);
        const to = Math.random() < hot_share ? 0 : (from + 1 + randomInt(WALLETS - 1)) % WALLETS;
        const sent_ms = performance.now();
        await transfer(sql, wallets[from] ?? '', wallets[to] ?? '');
        latencies.push(performance.now() - sent_ms);
      }
    };
    await Promise.all(Array.from({ length: clients }, client));
    const took_s = (performance.now() - began_ms) / 1_000;
    latencies.sort((a, b) => a - b);
    const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? 0;
    const calls = latencies.length;
    return { calls, calls_per_second: calls / took_s, p50_ms: at(0.5), p99_ms: at(0.99) };
  } finally {
    await sql`drop schema if exists floor cascade`;
    await sql.end();
  }
}

async function prepare(sql: Sql): Promise<string[]> {
  await sql`drop schema if exists floor cascade`;
  await sql`create schema floor`;
  for (const table of TABLES) {
    await sql`create table ${sql(`floor.${table}`)} (like ${sql(`public.${table}`)} including all)`;
  }
  const rows = await sql<{ account_id: string }[]>`
    insert into accounts (account_id, user_id, purpose, currency, normal_side, min_available_minor, status,
      credits_posted_minor, created_at, updated_at)
    select gen_random_uuid(), gen_random_uuid(), 'wallet', 'USD', 'credit', 0, 'open', ${FUNDS_MINOR}, now(), now()
    from generate_series(1, ${WALLETS}) returning account_id`;
  await sql`analyze`;
  return rows.map(({ account_id }) => account_id);
}

async function transfer(sql: Sql, from: string, to: string): Promise<void> {
  const [payment_id, transfer_id, user_id] = [randomUUID(), randomUUID(), randomUUID()];
  const event = JSON.stringify({
    specversion: '1.0',
    id: randomUUID(),
    type: 'florin.payments.payment.succeeded.v1',
    subject: payment_id,
    data: { payment_id, user_id, cause: { operation: 'initiate_payment', arguments_hash: '0'.repeat(64) } },
  });
  await sql`
    with locked as materialized (
      select account_id from accounts where account_id in (${from}, ${to}) order by account_id for update
    ), changed as (
      update accounts set updated_at = now(),
        debits_posted_minor = debits_posted_minor + case when account_id = ${from} then 1 else 0 end,
        credits_posted_minor = credits_posted_minor + case when account_id = ${to} then 1 else 0 end
      where account_id in (select account_id from locked)
    ), the_key as (
      insert into idempotency_keys values (${user_id}, 'initiate_payment', ${payment_id}, 'hash', ${payment_id}, now())
    ), the_payment as (
      insert into payments (payment_id, user_id, kind, status, source_id, destination_id, payee_user_id, amount_minor,
        fee_minor, currency, screening, client_id, operation, receipt_id, mode, version, events, created_at, updated_at)
      values (${payment_id}, ${user_id}, 'transfer', 'succeeded', ${from}, ${to}, ${user_id}, 1, 0, 'USD', 'unscreened',
        'floor', 'initiate_payment', ${transfer_id}, 'simulated', 1, 1, now(), now())
    ), the_transfer as (
      insert into transfers (transfer_id, kind, debit_account_id, credit_account_id, amount_minor, currency, reference,
        created_at)
      values (${transfer_id}, 'single', ${from}, ${to}, 1, 'USD', ${payment_id}, now())
    ), the_entries as (
      insert into entries (transfer_id, account_id, side, posted_minor, pending_minor, created_at)
      values (${transfer_id}, ${from}, 'debit', 1, 0, now()), (${transfer_id}, ${to}, 'credit', 1, 0, now())
    )
    insert into outbox (event, created_at) values (${event}::text::json, now())`;
}
