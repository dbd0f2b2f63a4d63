import { newId } from '@florin/chassis';
import type { PaymentRow, UnitEvent } from '../ledger/unit.js';
import { type Cause, resourcesOf } from '../payments/payment-event.js';

interface EventOptions {
  /** Chosen before, where it is the receipt. */
  id?: string;
  reason?: string | null;
  cause?: Cause;
  traceparent?: string;
}

/** An event of a refund. It belongs to the payment, whose row already counts it in `events`. */
export function refundEvent(
  row: PaymentRow,
  refund_id: string,
  name: 'refunded' | 'refund_requested' | 'refund_failed',
  { id = newId('evt'), reason, cause, traceparent }: EventOptions = {},
): UnitEvent {
  const { payment_id, user_id, payee_user_id } = row;
  const data = { payment_id, user_id, payee_user_id, refund_id, ...(cause && { cause }) };
  const envelope = {
    id,
    aggregate_id: payment_id,
    sequence: BigInt(row.events),
    resources: resourcesOf(row),
    ...(traceparent && { traceparent }),
  };
  if (name === 'refund_failed') {
    const type = 'florin.payments.payment.refund_failed.v1';
    return { ...envelope, type, data: { ...data, reason: reason ?? 'failed' } };
  }
  return { ...envelope, type: `florin.payments.payment.${name}.v1`, data };
}
