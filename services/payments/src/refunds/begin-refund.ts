import { newId, type Permit } from '@florin/chassis';
import { statusAfterRefund } from '../domain/payment/refund.js';
import type { LedgerCommand, PaymentRow, RefundRow, Unit } from '../ledger/unit.js';
import { ASKING_MS } from '../payments/advance.js';
import { causeOf } from '../payments/begin-payment.js';
import { CLEARING } from '../payments/decision-unit.js';
import { refundEvent } from './refund-event.js';

/** A refund that is to be. */
export interface RefundPlan {
  refund_id: string;
  payment_id: string;
  amount_minor: bigint;
  reason: string | null;
}

const HELD_AGAIN_MS = 5 * 60_000;

interface Beginning {
  status: RefundRow['status'];
  reason?: string;
  event: 'refunded' | 'refund_requested' | 'refund_failed';
  moves: 'single' | 'pending' | 'none';
  due_ms?: number;
}

function beginningOf(payment: PaymentRow, screening: Permit['screening']): Beginning {
  if (screening === 'declined') {
    return { status: 'failed', reason: 'declined_by_screening', event: 'refund_failed', moves: 'none' };
  }
  if (screening === 'held') {
    return { status: 'held', event: 'refund_requested', moves: 'pending', due_ms: HELD_AGAIN_MS };
  }
  if (payment.kind === 'transfer') return { status: 'succeeded', event: 'refunded', moves: 'single' };
  return { status: 'processing', event: 'refund_requested', moves: 'pending', due_ms: ASKING_MS };
}

/**
 * Row, key, transfer and event of a refund that begins, and its payment, as one unit. The money comes from the wallet that
 * was paid, and goes to the wallet that had paid, or to the provider.
 * @param done_minor of the payment, what refunds before this one have given back
 */
export function beginRefundUnit(
  payment: PaymentRow,
  plan: RefundPlan,
  permit: Permit,
  { now, traceparent, done_minor }: { now: Date; traceparent: string; done_minor: bigint },
): Unit {
  const { status, reason, event, moves, due_ms } = beginningOf(payment, permit.screening);
  const { refund_id, amount_minor } = plan;
  const { currency, payment_id } = payment;
  const isSent = status === 'processing';
  const command: LedgerCommand | undefined =
    moves === 'none'
      ? undefined
      : {
          kind: moves,
          transfer_id: newId('trf'),
          debit: payment.destination_id,
          credit: payment.kind === 'transfer' ? payment.source_id : CLEARING,
          amount_minor,
          currency,
          reference: refund_id,
        };
  const refund: RefundRow = {
    refund_id,
    payment_id,
    user_id: permit.user_id,
    status,
    status_reason: reason ?? null,
    amount_minor,
    currency,
    reason: plan.reason,
    transfer_id: command?.transfer_id ?? null,
    provider_id: null,
    provider_attempt: isSent ? 1 : 0,
    provider_sent_at: isSent ? now : null,
    screening: permit.screening,
    client_id: permit.client_id,
    approval_id: permit.approval_id ?? null,
    receipt_id: newId('evt'),
    version: 1,
    due_at: due_ms === undefined ? null : new Date(now.getTime() + due_ms),
    due_attempts: 0,
    created_at: now,
    updated_at: now,
  };
  const refunded = status === 'succeeded' ? done_minor + amount_minor : done_minor;
  const next: PaymentRow = {
    ...payment,
    refunded_minor: payment.refunded_minor + (command === undefined ? 0n : amount_minor),
    status: statusAfterRefund(payment, refunded),
    version: payment.version + 1,
    events: payment.events + 1,
    updated_at: now,
  };
  const { user_id, operation, idempotency_key, input_hash } = permit;
  return {
    now,
    key: { user_id, operation, idempotency_key, input_hash, object_id: refund_id },
    rows: [
      { table: 'payments', row: next, expected_version: payment.version },
      { table: 'refunds', row: refund, expected_version: 0 },
    ],
    commands: command === undefined ? [] : [command],
    ...(permit.unscreened && {
      unscreened: { user_id, currency, amount_minor, allowance_minor: permit.unscreened.allowance_minor },
    }),
    events: [
      refundEvent(next, refund_id, event, {
        id: refund.receipt_id,
        reason: reason ?? null,
        cause: causeOf(permit),
        traceparent,
      }),
    ],
  };
}
