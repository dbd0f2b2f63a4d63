import { newId } from '@florin/chassis';
import type { EventData } from '@florin/proto/events';
import type { PaymentEvent } from '../domain/payment/decide.js';
import type { PaymentRow, UnitEvent } from '../ledger/unit.js';

export type Cause = NonNullable<EventData<'florin.payments.payment.created.v1'>['cause']>;

interface EventOptions {
  /** Chosen before, where it is the receipt. */
  id?: string;
  reason?: string | undefined;
  cause?: Cause | undefined;
  traceparent?: string | undefined;
}

/** An event of a payment whose row already counts it in `events`. */
export function paymentEvent(row: PaymentRow, name: PaymentEvent, options: EventOptions = {}): UnitEvent {
  const { id = newId('evt'), reason, cause, traceparent } = options;
  const { payment_id, user_id, payee_user_id } = row;
  const data = { payment_id, user_id, payee_user_id, ...(cause && { cause }) };
  const envelope = {
    id,
    aggregate_id: payment_id,
    sequence: BigInt(row.events),
    resources: resourcesOf(row),
    // A call that came without one has an empty text.
    ...(traceparent && { traceparent }),
  };
  if (name === 'failed') {
    const type = 'florin.payments.payment.failed.v1';
    return { ...envelope, type, data: { ...data, reason: reason ?? 'failed' } };
  }
  return { ...envelope, type: `florin.payments.payment.${name}.v1`, data };
}

/** What reads differently once a payment has changed. */
export function resourcesOf({ payment_id, user_id, payee_user_id }: PaymentRow): string[] {
  const people = [...new Set([user_id, payee_user_id])];
  return [
    `payments://${payment_id}/status`,
    ...people.flatMap((id) => [`payments://${id}/wallets`, `payments://${id}/history`]),
  ];
}
