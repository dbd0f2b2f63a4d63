import { typeId } from '@florin/postgres';
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  date,
  index,
  integer,
  json,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { Status } from '../domain/payment/status.js';

export {
  aggregate_sequences,
  erasures,
  idempotency_keys,
  inbox,
  inbox_positions,
  outbox,
  unscreened_spending,
} from '@florin/postgres';
export * from './ledger-schema.js';

const time = () => timestamp({ withTimezone: true });
const minor = () => bigint({ mode: 'bigint' });

export type PaymentKind = 'transfer' | 'charge' | 'funding' | 'withdrawal';
export type ScreeningResult = 'approved' | 'held' | 'declined' | 'unscreened';

/**
 * A payment as it stands. Every write of a row raises `version` by one and names the version it was decided from: of two
 * that decided at once, one is refused and decides again.
 */
export const payments = pgTable(
  'payments',
  {
    payment_id: typeId('pay')().primaryKey(),
    /** Who pays. */
    user_id: typeId('usr')().notNull(),
    kind: text().$type<PaymentKind>().notNull(),
    status: text().$type<Status>().notNull(),
    /** Why it was declined, has failed, or waits, e.g. insufficient_funds. */
    status_reason: text(),
    /** `wal_…`, `pm_…` or `acc_…`. */
    source_id: text().notNull(),
    destination_id: text().notNull(),
    /** Who is paid: the same person for funding and withdrawals. */
    payee_user_id: typeId('usr')().notNull(),
    amount_minor: minor().notNull(),
    /** On top of the amount, paid by the payer. */
    fee_minor: minor().notNull(),
    currency: text().notNull(),
    /** Of the amount, what refunds have taken or have reserved. */
    refunded_minor: minor().notNull().default(sql`0`),
    /** Of the amount, what the provider took back: late returns and lost disputes. */
    returned_minor: minor().notNull().default(sql`0`),
    disputed: boolean().notNull().default(false),
    description: text(),
    /** The transfers of the ledger that belong to it: the amount's and the fee's, pending or posted. */
    transfer_id: typeId('trf')(),
    fee_transfer_id: typeId('trf')(),
    /** pi_… or po_… of the provider. */
    provider_id: text(),
    /** How many times the provider was asked anew: its idempotency key is made from this. */
    provider_attempt: integer().notNull().default(0),
    /** When that attempt was first sent: a key is not sent again after 23 h. */
    provider_sent_at: time(),
    /** Where the person has to go, e.g. for 3-D Secure. */
    action_url: text(),
    /** What the provider keeps of a charge, once it is known; reconciled. */
    provider_fee_minor: minor(),
    screening: text().$type<ScreeningResult>().notNull(),
    client_id: text().notNull(),
    operation: text().notNull(),
    approval_id: typeId('apr')(),
    /** The event that the audit log keeps of the call. */
    receipt_id: typeId('evt')().notNull(),
    mode: text().notNull(),
    version: integer().notNull(),
    /** How many events it has had. */
    events: integer().notNull(),
    /** When a worker is to look at it; null for never. */
    due_at: time(),
    due_attempts: integer().notNull().default(0),
    created_at: time().notNull(),
    updated_at: time().notNull(),
  },
  (table) => [
    index('payments_of_payer').on(table.user_id, table.payment_id),
    index('payments_of_payee').on(table.payee_user_id, table.payment_id),
    index('payments_due').on(table.due_at).where(sql`due_at is not null`),
    index('payments_of_provider').on(table.provider_id).where(sql`provider_id is not null`),
    check('payments_amount', sql`${table.amount_minor} > 0 and ${table.fee_minor} >= 0`),
    check(
      'payments_refunded',
      sql`${table.refunded_minor} >= 0 and ${table.returned_minor} >= 0 and ${table.refunded_minor} <= ${table.amount_minor}`,
    ),
  ],
);

export type RefundStatus = 'held' | 'processing' | 'unknown' | 'succeeded' | 'failed';

export const refunds = pgTable(
  'refunds',
  {
    refund_id: typeId('ref')().primaryKey(),
    payment_id: typeId('pay')().notNull(),
    /** Who gives back: the payee, or an admin. */
    user_id: typeId('usr')().notNull(),
    status: text().$type<RefundStatus>().notNull(),
    status_reason: text(),
    amount_minor: minor().notNull(),
    currency: text().notNull(),
    reason: text(),
    transfer_id: typeId('trf')(),
    provider_id: text(),
    provider_attempt: integer().notNull().default(0),
    provider_sent_at: time(),
    screening: text().$type<ScreeningResult>().notNull(),
    client_id: text().notNull(),
    approval_id: typeId('apr')(),
    receipt_id: typeId('evt')().notNull(),
    version: integer().notNull(),
    due_at: time(),
    due_attempts: integer().notNull().default(0),
    created_at: time().notNull(),
    updated_at: time().notNull(),
  },
  (table) => [
    index('refunds_of_payment').on(table.payment_id, table.refund_id),
    index('refunds_due').on(table.due_at).where(sql`due_at is not null`),
    check('refunds_amount', sql`${table.amount_minor} > 0`),
  ],
);

/** Whom a person has paid before: a first payment to somebody asks for approval at a lower amount. */
export const payees = pgTable(
  'payees',
  {
    user_id: typeId('usr')().notNull(),
    /** `wal_…` or `acc_…`. */
    payee_id: text().notNull(),
    first_paid_at: time().notNull(),
  },
  (table) => [primaryKey({ columns: [table.user_id, table.payee_id] })],
);

/** Webhooks whose work is done, by the provider's event id. */
export const webhook_receipts = pgTable(
  'webhook_receipts',
  { event_id: text().primaryKey(), received_at: time().notNull() },
  (table) => [index('webhook_receipts_by_age').on(table.received_at)],
);

/** What the provider knows a person by. */
export const customers = pgTable('customers', {
  user_id: typeId('usr')().primaryKey(),
  /** cus_… */
  provider_customer_id: text().notNull().unique(),
  /** acct_… that withdrawals are paid out from; none before the first. */
  provider_account_id: text().unique(),
  created_at: time().notNull(),
});

export const payment_methods = pgTable(
  'payment_methods',
  {
    payment_method_id: typeId('pm')().primaryKey(),
    user_id: typeId('usr')().notNull(),
    type: text().$type<'card' | 'us_bank_account'>().notNull(),
    /** The provider's pm_…: it opens nothing without our keys, and is no card number. */
    provider_method_id: text().notNull().unique(),
    /** banking's acc_…, where it is a linked bank account. */
    account_id: typeId('acc')(),
    /** The same for the same card or account, whoever adds it. */
    fingerprint: text().notNull(),
    /** The card's brand, or the bank's name. */
    brand: text().notNull(),
    last4: text().notNull(),
    exp_month: integer(),
    exp_year: integer(),
    status: text().$type<'active' | 'removed'>().notNull(),
    is_default: boolean().notNull(),
    created_at: time().notNull(),
    removed_at: time(),
  },
  (table) => [
    index('payment_methods_of_user').on(table.user_id, table.payment_method_id),
    uniqueIndex('payment_methods_linked')
      .on(table.user_id, table.account_id)
      .where(sql`account_id is not null and removed_at is null`),
    unique('payment_methods_once').on(table.user_id, table.fingerprint, table.removed_at).nullsNotDistinct(),
  ],
);

/** A linked bank account that a person withdraws to. */
export const payout_accounts = pgTable(
  'payout_accounts',
  {
    user_id: typeId('usr')().notNull(),
    /** banking's acc_…. */
    account_id: typeId('acc')().notNull(),
    /** ba_… at the provider. */
    provider_bank_account_id: text().notNull(),
    created_at: time().notNull(),
  },
  (table) => [primaryKey({ columns: [table.user_id, table.account_id] })],
);

/** A difference between ledger, payments and provider: each is found once, and stays until somebody resolves it. */
export const discrepancies = pgTable(
  'discrepancies',
  {
    discrepancy_id: typeId('dis')().primaryKey(),
    kind: text().notNull(),
    /** What differs: a payment, an account, a balance transaction of the provider. */
    subject: text().notNull(),
    expected: text().notNull(),
    found: text().notNull(),
    details: json().$type<Record<string, string>>().notNull(),
    opened_at: time().notNull(),
    resolved_at: time(),
  },
  (table) => [
    unique('discrepancies_once').on(table.kind, table.subject, table.resolved_at).nullsNotDistinct(),
  ],
);

export const reconciliations = pgTable('reconciliations', {
  day: date({ mode: 'string' }).primaryKey(),
  started_at: time().notNull(),
  finished_at: time(),
  compared: integer().notNull().default(0),
  opened: integer().notNull().default(0),
});
