import { isPaid, type Status } from './status.js';

export type RefundStatus = 'held' | 'processing' | 'unknown' | 'succeeded' | 'failed';

export interface Refundable {
  readonly status: Status;
  readonly kind: 'transfer' | 'charge' | 'funding' | 'withdrawal';
  readonly amount_minor: bigint;
  /** Refunded, or reserved by refunds that are under way. */
  readonly refunded_minor: bigint;
  readonly returned_minor: bigint;
  readonly disputed: boolean;
}

export type RefundRefusal =
  | {
      readonly reason: 'NOT_REFUNDABLE';
      readonly why: 'not_paid' | 'withdrawal' | 'disputed' | 'nothing_left';
    }
  | { readonly reason: 'REFUND_TOO_LARGE'; readonly left_minor: bigint };

/** What may still be given back: what was paid, less what was given back, is being given back, or was taken back. */
export function leftToRefund(payment: Refundable): bigint {
  if (!isPaid(payment.status)) return 0n;
  const left_minor = payment.amount_minor - payment.refunded_minor - payment.returned_minor;
  return left_minor > 0n ? left_minor : 0n;
}

/**
 * How much a refund gives back.
 * @param asked_minor undefined for the rest
 */
export function decideRefund(
  payment: Refundable,
  asked_minor: bigint | undefined,
): { readonly amount_minor: bigint } | RefundRefusal {
  if (payment.kind === 'withdrawal') return { reason: 'NOT_REFUNDABLE', why: 'withdrawal' };
  if (!isPaid(payment.status)) return { reason: 'NOT_REFUNDABLE', why: 'not_paid' };
  // The provider decides a dispute: a refund beside it would pay twice.
  if (payment.disputed) return { reason: 'NOT_REFUNDABLE', why: 'disputed' };
  const left_minor = leftToRefund(payment);
  if (left_minor === 0n) return { reason: 'NOT_REFUNDABLE', why: 'nothing_left' };
  const amount_minor = asked_minor ?? left_minor;
  if (amount_minor > left_minor) return { reason: 'REFUND_TOO_LARGE', left_minor };
  return { amount_minor };
}

/**
 * How a payment that was paid stands once `done_minor` of it was really given back. Refunds that are only reserved do not
 * count, so that one which fails never makes it look less refunded than it is.
 */
export function statusAfterRefund(payment: Pick<Refundable, 'amount_minor'>, done_minor: bigint): Status {
  if (done_minor === 0n) return 'succeeded';
  return done_minor === payment.amount_minor ? 'refunded' : 'partially_refunded';
}

/** The provider was asked, or is about to be, and has not yet said how it ends. */
export function isRefundUnderway(status: RefundStatus): boolean {
  return status === 'processing' || status === 'unknown';
}
