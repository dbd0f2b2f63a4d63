import { newId } from '@florin/chassis';
import { fault } from '@florin/faults';
import { statusAfterRefund } from '../domain/payment/refund.js';
import type { RefundDecision } from '../domain/payment/refund-progress.js';
import type { LedgerCommand, PaymentRow, RefundRow, Unit } from '../ledger/unit.js';
import { type ChangeDeps, unexpected } from '../payments/change-payment.js';
import { loadPayment } from '../store/payments.js';
import { loadRefund, postOf, refundsOf } from '../store/refunds.js';
import { refundEvent } from './refund-event.js';

const ATTEMPTS = 10;

type Money = NonNullable<RefundDecision['money']>;

/** A decision of the domain, and whatever else of the row changes with it. */
export type RefundRowDecision = Omit<RefundDecision, 'changes'> & { readonly changes: Partial<RefundRow> };

/**
 * Applies a rule to a refund as it stands, and again as it stands by then where another was faster. Its payment changes
 * with it where money does.
 * @throws Fault NOT_FOUND, CONFLICT
 */
export async function changeRefund(
  { db, writer }: ChangeDeps,
  refund_id: string,
  now: Date,
  rule: (row: RefundRow) => RefundRowDecision | undefined,
): Promise<RefundRow> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const row = await loadRefund(db, refund_id);
    if (row === undefined) throw fault('NOT_FOUND', 'There is no such refund.');
    const decision = rule(row);
    if (decision === undefined) return row;
    const next = { ...row, ...decision.changes, version: row.version + 1, updated_at: now };
    const base: Unit = {
      now,
      rows: [{ table: 'refunds', row: next, expected_version: row.version }],
      commands: [],
      events: [],
    };
    const unit = decision.money === undefined ? base : await withMoney(db, base, next, decision.money);
    const outcome = await writer.submit(unit);
    if (outcome.committed) return next;
    if (outcome.refusal.reason !== 'STALE') throw unexpected(outcome.refusal, refund_id);
  }
  throw fault('CONFLICT', 'This refund is being changed at this moment. Try again.');
}

/** The money of a refund moves, and the payment says so. */
async function withMoney(db: ChangeDeps['db'], unit: Unit, refund: RefundRow, money: Money): Promise<Unit> {
  // The payment first: whatever refund ends after it was read has changed its version, and this is decided again.
  const payment = await loadPayment(db, refund.payment_id);
  if (payment === undefined) throw new Error('a refund without a payment');
  const done_minor = await doneOf(db, refund, money === 'settle');
  const next: PaymentRow = {
    ...payment,
    refunded_minor: payment.refunded_minor - (money === 'settle' ? 0n : refund.amount_minor),
    status: statusAfterRefund(payment, done_minor),
    version: payment.version + 1,
    events: payment.events + 1,
    updated_at: unit.now,
  };
  const name = money === 'settle' ? 'refunded' : 'refund_failed';
  return {
    ...unit,
    rows: [{ table: 'payments', row: next, expected_version: payment.version }, ...unit.rows],
    commands: await commandsOf(db, refund, money),
    events: [refundEvent(next, refund.refund_id, name, { reason: refund.status_reason })],
  };
}

/** How much of the payment has really been given back, this refund included where it is settled now. */
async function doneOf(db: ChangeDeps['db'], refund: RefundRow, isSettled: boolean): Promise<bigint> {
  let done_minor = isSettled ? refund.amount_minor : 0n;
  for (const other of await refundsOf(db, refund.payment_id)) {
    if (other.refund_id !== refund.refund_id && other.status === 'succeeded')
      done_minor += other.amount_minor;
  }
  return done_minor;
}

async function commandsOf(db: ChangeDeps['db'], refund: RefundRow, money: Money): Promise<LedgerCommand[]> {
  const { transfer_id: pending_id, amount_minor, refund_id: reference } = refund;
  if (pending_id === null) return [];
  const transfer_id = newId('trf');
  switch (money) {
    case 'settle':
      return [{ kind: 'post', transfer_id, pending_id, amount_minor, reference }];
    case 'release':
      return [{ kind: 'void', transfer_id, pending_id, reference }];
    case 'reverse':
      return [{ kind: 'reversal', transfer_id, reverses_id: await postOf(db, pending_id), reference }];
  }
}
