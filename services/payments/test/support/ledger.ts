import { createLogger, type Logger, newId } from '@florin/chassis';
import { createDatabase, type Database, migrate, type RawSql } from '@florin/postgres';
import { createTestDatabase } from '@florin/testkit';
import type { LedgerCommand, LedgerWriter, PaymentRow, Unit, UnitEvent } from '../../src/ledger/unit.js';
import { createWalletReader, openWallet } from '../../src/ledger/wallets.js';
import { createLedgerWriter } from '../../src/ledger/writer.js';

const folder = new URL('../../migrations/', import.meta.url);
export const silent: Logger = createLogger({ name: 'test', level: 'silent' });
export const now = new Date('2026-11-02T09:00:00.000Z');

export interface TestWallet {
  user_id: string;
  wallet_id: string;
}

/** A ledger on a database of its own, with writers as two processes of the service would have them. */
export interface TestLedger {
  url: string;
  owner_url: string;
  sql: RawSql;
  writers: [LedgerWriter, LedgerWriter];
  /** @param amount_minor what it holds from the start */
  wallet(amount_minor?: bigint, currency?: string): Promise<TestWallet>;
  stop(): Promise<void>;
}

export async function startTestLedger(name: string): Promise<TestLedger> {
  const test = await createTestDatabase(name);
  await migrate({ owner_url: test.owner_url, folder, logger: silent });
  const open = () => createDatabase({ url: test.url, application_name: name, max: 4, logger: silent });
  const databases: [Database, Database] = [open(), open()];
  const [{ sql }] = databases;
  const writers: TestLedger['writers'] = [
    createLedgerWriter({ sql: databases[0].sql, logger: silent }),
    createLedgerWriter({ sql: databases[1].sql, logger: silent }),
  ];
  return {
    url: test.url,
    owner_url: test.owner_url,
    sql,
    writers,
    async wallet(amount_minor = 0n, currency = 'USD') {
      const user_id = newId('usr');
      const { wallet_id } = await openWallet(sql, { user_id, currency, now });
      if (amount_minor > 0n) {
        const [writer] = writers;
        const seed = move({ debit: { house: 'opening' }, credit: wallet_id, amount_minor, currency });
        const outcome = await writer.submit(unitOf(seed));
        if (!outcome.committed) throw new Error(`a wallet could not be filled: ${outcome.refusal.reason}`);
      }
      return { user_id, wallet_id };
    },
    async stop() {
      await Promise.all(writers.map((writer) => writer.stop()));
      await Promise.all(databases.map((database) => database.close()));
      await test.drop();
    },
  };
}

type Move = Extract<LedgerCommand, { kind: 'single' | 'pending' }>;

export function move(over: Pick<Move, 'debit' | 'credit' | 'amount_minor'> & Partial<Move>): Move {
  return { kind: 'single', transfer_id: newId('trf'), currency: 'USD', reference: 'test', ...over };
}

/** A unit of nothing but commands. */
export function unitOf(...commands: LedgerCommand[]): Unit {
  return { now, rows: [], commands, events: [] };
}

/** The balance of a wallet, and what is reserved of it, as the table has it. */
export async function balancesOf(sql: RawSql, wallet_id: string) {
  const wallet = await createWalletReader(sql).byId(wallet_id);
  return wallet && { balance_minor: wallet.balance_minor, available_minor: wallet.available_minor };
}

interface Paying {
  from: TestWallet;
  to: TestWallet;
  amount_minor: bigint;
  idempotency_key?: string;
  allowance_minor?: bigint;
}

/** All that a payment between wallets writes. */
export function paymentUnit({
  from,
  to,
  amount_minor,
  idempotency_key = newId('key'),
  allowance_minor = 10n ** 15n,
}: Paying): Unit & { payment: PaymentRow } {
  const transfer = move({ debit: from.wallet_id, credit: to.wallet_id, amount_minor });
  const payment = paymentRow({ from, to, amount_minor, transfer_id: transfer.transfer_id });
  const { payment_id } = payment;
  return {
    now,
    payment,
    key: {
      user_id: from.user_id,
      operation: 'initiate_payment',
      idempotency_key,
      input_hash: 'a'.repeat(64),
      object_id: payment_id,
    },
    rows: [{ table: 'payments', row: payment, expected_version: 0 }],
    commands: [{ ...transfer, reference: payment_id }],
    payee: { user_id: from.user_id, payee_id: to.wallet_id },
    unscreened: { user_id: from.user_id, currency: 'USD', amount_minor, allowance_minor },
    events: [succeeded(payment)],
  };
}

function succeeded(payment: PaymentRow): UnitEvent {
  const { payment_id, user_id, payee_user_id, receipt_id, client_id, operation, screening } = payment;
  return {
    id: receipt_id,
    type: 'florin.payments.payment.succeeded.v1',
    aggregate_id: payment_id,
    sequence: 1n,
    data: {
      payment_id,
      user_id,
      payee_user_id,
      cause: { operation, client_id, arguments_hash: 'b'.repeat(64), screening },
    },
    resources: [`payments://${user_id}/wallets`, `payments://${payee_user_id}/wallets`],
  };
}

function paymentRow({ from, to, amount_minor, transfer_id }: Paying & { transfer_id: string }): PaymentRow {
  return {
    payment_id: newId('pay'),
    user_id: from.user_id,
    kind: 'transfer',
    status: 'succeeded',
    status_reason: null,
    source_id: from.wallet_id,
    destination_id: to.wallet_id,
    payee_user_id: to.user_id,
    amount_minor,
    fee_minor: 0n,
    currency: 'USD',
    refunded_minor: 0n,
    returned_minor: 0n,
    disputed: false,
    description: 'Dinner, "The Harbor"',
    transfer_id,
    fee_transfer_id: null,
    provider_id: null,
    provider_attempt: 0,
    provider_sent_at: null,
    action_url: null,
    provider_fee_minor: null,
    screening: 'unscreened',
    client_id: 'client',
    operation: 'initiate_payment',
    approval_id: null,
    receipt_id: newId('evt'),
    mode: 'simulated',
    version: 1,
    events: 1,
    due_at: null,
    due_attempts: 0,
    created_at: now,
    updated_at: now,
  };
}
