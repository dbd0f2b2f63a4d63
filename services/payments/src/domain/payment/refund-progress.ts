import { backoffMs } from './backoff.js';
import { failureName } from './decide.js';
import type { Verdict } from './held.js';
import { isRefundUnderway, type RefundStatus } from './refund.js';

/** As much of a refund as these rules look at. */
export interface RefundState {
  readonly status: RefundStatus;
  readonly status_reason: string | null;
  readonly provider_id: string | null;
  readonly due_at: Date | null;
  readonly due_attempts: number;
}

export interface RefundDecision {
  readonly changes: Partial<RefundState>;
  /**
   * What becomes of its money: what was set aside goes to the payer (`settle`) or back to the payee (`release`); what had
   * gone to the payer comes back to the payee (`reverse`).
   */
  readonly money?: 'settle' | 'release' | 'reverse';
}

const ended = { due_at: null, due_attempts: 0 };

/**
 * What the provider says of a refund. One that was made may still come back, as where the payer's account is closed: "After
 * the refund fails, this balance transaction describes the adjustment made on your account balance that reverses the initial
 * balance transaction" (Stripe, the refund object). `failed` is the end, whatever is said later, by whoever was slow.
 * @returns undefined where nothing changes
 */
export function decideRefundReport(
  refund: RefundState,
  report: { provider_id: string | null; status: 'processing' | 'succeeded' | 'failed'; failure?: string },
  now: Date,
): RefundDecision | undefined {
  const { provider_id, status } = report;
  const isMade = mayComeBack(refund);
  if (!isMade && !isRefundUnderway(refund.status)) return undefined;
  if (status === 'failed') {
    const changes = { ...ended, status, status_reason: failureName(report.failure), provider_id };
    return { changes, money: isMade ? 'reverse' : 'release' };
  }
  if (isMade) return refund.due_at === null ? undefined : { changes: ended };
  if (status === 'succeeded') {
    return { changes: { ...ended, status, status_reason: null, provider_id }, money: 'settle' };
  }
  return { changes: { ...dueLater(refund, now), status, provider_id } };
}

/** It was made, and by the provider: between wallets nothing comes back by itself. */
export function mayComeBack({ status, provider_id }: RefundState): boolean {
  return status === 'succeeded' && provider_id !== null;
}

/** Nothing that happens elsewhere can change it any more. */
export function isOver(refund: RefundState): boolean {
  return refund.status === 'failed' || (refund.status === 'succeeded' && !mayComeBack(refund));
}

/** The provider was asked and did not answer (`unknown`), or could not be asked: it is asked again. */
export function askRefundAgain(
  refund: RefundState,
  isUnknown: boolean,
  now: Date,
): RefundDecision | undefined {
  const isOpen = isRefundUnderway(refund.status);
  if (!isOpen && !mayComeBack(refund)) return undefined;
  return {
    changes: { ...dueLater(refund, now), ...(isOpen && isUnknown && { status: 'unknown' as const }) },
  };
}

/**
 * What fraud's decision makes of a held refund.
 * @param isAtOnce whether it goes from wallet to wallet, so that no provider is asked
 */
export function decideHeldRefund(
  refund: RefundState,
  verdict: Verdict,
  isAtOnce: boolean,
): RefundDecision | undefined {
  if (refund.status !== 'held' || verdict === 'hold') return undefined;
  if (verdict === 'decline') {
    const changes = { ...ended, status: 'failed' as const, status_reason: 'declined_by_screening' };
    return { changes, money: 'release' };
  }
  if (isAtOnce) return { changes: { ...ended, status: 'succeeded' }, money: 'settle' };
  return { changes: { due_attempts: 0, status: 'processing' } };
}

function dueLater(refund: RefundState, now: Date): Pick<RefundState, 'due_at' | 'due_attempts'> {
  const due_attempts = refund.due_attempts + 1;
  return { due_attempts, due_at: new Date(now.getTime() + backoffMs(due_attempts)) };
}
