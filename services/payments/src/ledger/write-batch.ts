import { payments, refunds } from '../store/schema.js';
import { type BulkColumn, bulkInsert, bulkUpdate, columnsOf, type LedgerTx } from './bulk.js';
import type { BatchWrites } from './decide-unit.js';
import type { PaymentRow, RefundRow } from './unit.js';

type RowOf<List> = List extends Iterable<infer Row> ? Row : never;
type ValueOf<Writes> = Writes extends Map<string, infer Row> ? Row : never;

const column = <Row>(name: string, type: string, value: (row: Row) => string | null): BulkColumn<Row> => ({
  name,
  type,
  value,
});
const time = (name: string) =>
  column<{ now: Date }>(name, 'timestamp with time zone', ({ now }) => now.toISOString());

type TransferRow = RowOf<BatchWrites['transfers']>;
const insertTransfers = bulkInsert<TransferRow>('transfers', [
  column('transfer_id', 'uuid', (row) => row.transfer_id),
  column('kind', 'text', (row) => row.kind),
  column('debit_account_id', 'uuid', (row) => row.debit_account_id),
  column('credit_account_id', 'uuid', (row) => row.credit_account_id),
  column('amount_minor', 'bigint', (row) => String(row.amount_minor)),
  column('currency', 'text', (row) => row.currency),
  column('pending_id', 'uuid', (row) => row.pending_id),
  column('reverses_id', 'uuid', (row) => row.reverses_id),
  column('reference', 'text', (row) => row.reference),
  time('created_at'),
]);

const insertEntries = bulkInsert<RowOf<BatchWrites['entries']>>('entries', [
  column('transfer_id', 'uuid', (row) => row.transfer_id),
  column('account_id', 'uuid', (row) => row.account_id),
  column('side', 'text', (row) => row.side),
  column('posted_minor', 'bigint', (row) => String(row.posted_minor)),
  column('pending_minor', 'bigint', (row) => String(row.pending_minor)),
  time('created_at'),
]);

const updateAccounts = bulkUpdate<ValueOf<BatchWrites['accounts']>>(
  'accounts',
  [
    column('account_id', 'uuid', (row) => row.account_id),
    column('status', 'text', (row) => row.status),
    column('debits_posted_minor', 'bigint', (row) => String(row.debits_posted_minor)),
    column('credits_posted_minor', 'bigint', (row) => String(row.credits_posted_minor)),
    column('debits_pending_minor', 'bigint', (row) => String(row.debits_pending_minor)),
    column('credits_pending_minor', 'bigint', (row) => String(row.credits_pending_minor)),
    time('updated_at'),
  ],
  ['account_id'],
);

const insertKeys = bulkInsert<RowOf<BatchWrites['keys']>>('idempotency_keys', [
  column('user_id', 'uuid', (row) => row.user_id),
  column('operation', 'text', (row) => row.operation),
  column('idempotency_key', 'text', (row) => row.idempotency_key),
  column('input_hash', 'text', (row) => row.input_hash),
  column('object_id', 'text', (row) => row.object_id),
  time('created_at'),
]);

const insertPayees = bulkInsert<ValueOf<BatchWrites['payees']>>(
  'payees',
  [
    column('user_id', 'uuid', (row) => row.user_id),
    column('payee_id', 'text', (row) => row.payee_id),
    time('first_paid_at'),
  ],
  'on conflict do nothing',
);

const allowanceKey = ['user_id', 'day', 'currency'];
const allowanceColumns: BulkColumn<ValueOf<BatchWrites['allowances']>>[] = [
  column('user_id', 'uuid', ({ allowance }) => allowance.user_id),
  column('day', 'date', ({ allowance }) => allowance.day),
  column('currency', 'text', ({ allowance }) => allowance.currency),
  column('spent_minor', 'bigint', ({ spent }) => String(spent)),
];
const insertAllowances = bulkInsert('unscreened_spending', allowanceColumns);
const updateAllowances = bulkUpdate('unscreened_spending', allowanceColumns, allowanceKey);

const insertEvents = bulkInsert<RowOf<BatchWrites['events']>>('outbox', [
  column('event', 'json', (row) => row.event),
  time('created_at'),
]);

const paymentColumns = columnsOf(payments);
const insertPayments = bulkInsert('payments', paymentColumns);
const updatePayments = bulkUpdate('payments', paymentColumns, ['payment_id']);
const refundColumns = columnsOf(refunds);
const insertRefunds = bulkInsert('refunds', refundColumns);
const updateRefunds = bulkUpdate('refunds', refundColumns, ['refund_id']);

/** Writes all that the units of a batch have come to. The statements are sent at once. */
export async function writeBatch(tx: LedgerTx, writes: BatchWrites): Promise<void> {
  const { newPayments, oldPayments, newRefunds, oldRefunds } = sorted(writes);
  const allowances = [...writes.allowances.values()];
  const write = <Row>(
    statement: (tx: LedgerTx, rows: readonly Row[]) => PromiseLike<unknown>,
    rows: Row[],
  ) => (rows.length === 0 ? undefined : statement(tx, rows));
  await Promise.all([
    write(
      insertKeys,
      byText(writes.keys, ({ id }) => id),
    ),
    write(insertPayments, newPayments),
    write(updatePayments, oldPayments),
    write(insertRefunds, newRefunds),
    write(updateRefunds, oldRefunds),
    write(updateAccounts, [...writes.accounts.values()]),
    write(insertTransfers, writes.transfers),
    write(insertEntries, writes.entries),
    write(
      insertPayees,
      byText([...writes.payees.values()], ({ user_id, payee_id }) => `${user_id} ${payee_id}`),
    ),
    write(
      insertAllowances,
      byText(
        allowances.filter(({ isNew }) => isNew),
        ({ allowance }) => allowance.id,
      ),
    ),
    write(
      updateAllowances,
      allowances.filter(({ isNew }) => !isNew),
    ),
    write(insertEvents, writes.events),
  ]);
}

/** Two transactions that insert the same rows of a unique index wait for each other unless both take them in one order. */
function byText<Row>(rows: Row[], text: (row: Row) => string): Row[] {
  return rows.sort((a, b) => (text(a) < text(b) ? -1 : 1));
}

function sorted({ rows }: BatchWrites) {
  const newPayments: PaymentRow[] = [];
  const oldPayments: PaymentRow[] = [];
  const newRefunds: RefundRow[] = [];
  const oldRefunds: RefundRow[] = [];
  for (const { write, isNew } of rows.values()) {
    if (write.table === 'payments') (isNew ? newPayments : oldPayments).push(write.row);
    else (isNew ? newRefunds : oldRefunds).push(write.row);
  }
  return { newPayments, oldPayments, newRefunds, oldRefunds };
}
