import { type Context, KeyTaken, type Permit } from '@florin/chassis';
import { fault } from '@florin/faults';
import { formatMoney } from '@florin/money';
import type { PaymentsDeps } from '../deps.js';
import { decideRefund, type RefundRefusal } from '../domain/payment/refund.js';
import type { PaymentRow, RefundRow, Unit } from '../ledger/unit.js';
import { refusalFault } from '../payments/refusal-fault.js';
import { loadPayment } from '../store/payments.js';
import { loadRefund, refundsOf } from '../store/refunds.js';
import { sendNewRefund } from './advance-refund.js';
import { beginRefundUnit, type RefundPlan } from './begin-refund.js';

/** Two refunds of one payment at once: the later one is decided on what the earlier one has left. */
const ATTEMPTS = 10;

/**
 * Commits the refund, and takes it to the provider where that is needed. What is committed is never answered by an error.
 * @throws KeyTaken, and the Fault of what is refused: then nothing was written
 */
export async function makeRefund(
  plan: RefundPlan,
  permit: Permit,
  { deps, now, traceparent, logger }: Context<PaymentsDeps>,
): Promise<RefundRow> {
  const { payment, unit } = await commit(deps, plan, permit, { now, traceparent });
  const row = writtenRefund(unit);
  if (row.provider_sent_at === null) return row;
  try {
    return await sendNewRefund(deps, row, payment, now);
  } catch (error) {
    logger.error({ err: error, refund_id: row.refund_id }, 'a refund is left to the worker');
    return (await loadRefund(deps.db, row.refund_id).catch(() => undefined)) ?? row;
  }
}

async function commit(
  { db, writer }: Pick<PaymentsDeps, 'db' | 'writer'>,
  plan: RefundPlan,
  permit: Permit,
  { now, traceparent }: { now: Date; traceparent: string },
): Promise<{ payment: PaymentRow; unit: Unit }> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const payment = await loadPayment(db, plan.payment_id);
    if (payment === undefined) throw new Error('a payment is gone');
    const decision = decideRefund(payment, plan.amount_minor);
    if ('reason' in decision) throw refundRefused(decision, payment);
    const done = (await refundsOf(db, plan.payment_id)).filter(({ status }) => status === 'succeeded');
    const done_minor = done.reduce((sum, { amount_minor }) => sum + amount_minor, 0n);
    const unit = beginRefundUnit(payment, plan, permit, { now, traceparent, done_minor });
    const outcome = await writer.submit(unit);
    if (outcome.committed) return { payment, unit };
    const { refusal } = outcome;
    if (refusal.reason === 'KEY_TAKEN') throw new KeyTaken();
    if (refusal.reason !== 'STALE') throw refusalFault(refusal, payment);
  }
  throw fault('CONFLICT', 'This payment is being changed at this moment. Try again.');
}

function writtenRefund(unit: Unit): RefundRow {
  for (const write of unit.rows) if (write.table === 'refunds') return write.row;
  throw new Error('a unit without a refund');
}

const why = {
  not_paid: 'This payment was not paid, so there is nothing to give back.',
  withdrawal: 'A withdrawal is not refunded: put the money back with fund_wallet.',
  disputed:
    'The payer disputes this payment at their bank, which decides about the money. Do not refund it besides.',
  nothing_left: 'Everything of this payment was given back already.',
} as const;

export function refundRefused(refusal: RefundRefusal, { currency }: PaymentRow) {
  if (refusal.reason === 'NOT_REFUNDABLE') return fault('NOT_REFUNDABLE', why[refusal.why]);
  const left = formatMoney({ amount_minor: refusal.left_minor, currency });
  return fault(
    'REFUND_TOO_LARGE',
    `At most ${left.amount} ${currency} of this payment can still be given back.`,
    {
      details: { refundable: left },
    },
  );
}
