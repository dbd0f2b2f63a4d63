import { fault } from '@florin/faults';
import type { Db } from '@florin/postgres';
import type { LedgerWriter, PaymentRow, Refusal, Unit } from '../ledger/unit.js';
import { loadPayment } from '../store/payments.js';
import { decisionUnit, type RowDecision } from './decision-unit.js';

/** Of those who decide about one payment at once each wins in turn; more than this at once there are not. */
const ATTEMPTS = 10;

export interface ChangeDeps {
  db: Db;
  writer: LedgerWriter;
}

/**
 * Applies a rule to a payment as it stands, and again as it stands by then where another was faster.
 * @param rule undefined: nothing is to change
 * @returns the payment as it is afterwards
 * @throws Fault NOT_FOUND, CONFLICT; Error where the ledger refuses what the rule demands: a mistake of ours
 */
export async function changePayment(
  { db, writer }: ChangeDeps,
  payment_id: string,
  now: Date,
  rule: (row: PaymentRow) => RowDecision | undefined,
): Promise<PaymentRow> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const row = await loadPayment(db, payment_id);
    if (row === undefined) throw fault('NOT_FOUND', 'There is no such payment.');
    const decision = rule(row);
    if (decision === undefined) return row;
    const unit = decisionUnit(row, decision, now);
    const outcome = await writer.submit(unit);
    if (outcome.committed) return writtenPayment(unit);
    if (outcome.refusal.reason !== 'STALE') throw unexpected(outcome.refusal, payment_id);
  }
  throw fault('CONFLICT', 'This payment is being changed at this moment. Try again.');
}

/** The payment as a unit has written it. */
export function writtenPayment(unit: Unit): PaymentRow {
  for (const write of unit.rows) if (write.table === 'payments') return write.row;
  throw new Error('a unit without a payment');
}

/** The ledger refused what our own rules demand. */
export function unexpected(refusal: Refusal, subject: string): Error {
  return new Error(`the ledger refused ${refusal.reason} for ${subject}`);
}
