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
  /** What becomes of the money that is set aside for it: it goes to the payer, or back to the payee. */
  readonly reserved?: 'settle' | 'release';
}

const ended = { due_at: null, due_attempts: 0 };

/** What the provider says of a refund. @returns undefined where nothing changes: what has ended stays so */
export function decideRefundReport(
  refund: RefundState,
  report: { provider_id: string; status: 'processing' | 'succeeded' | 'failed'; failure?: string },
  now: Date,
): RefundDecision | undefined {
  if (!isRefundUnderway(refund.status)) return undefined;
  const { provider_id, status } = report;
  if (status === 'succeeded') {
    return { changes: { ...ended, status, status_reason: null, provider_id }, reserved: 'settle' };
  }
  if (status === 'failed') {
    const changes = { ...ended, status, status_reason: failureName(report.failure), provider_id };
    return { changes, reserved: 'release' };
  }
  return { changes: { ...dueLater(refund, now), status, provider_id } };
}

/** The provider was asked and did not answer (`unknown`), or could not be asked: it is asked again. */
export function askRefundAgain(
  refund: RefundState,
  isUnknown: boolean,
  now: Date,
): RefundDecision | undefined {
  if (!isRefundUnderway(refund.status)) return undefined;
  return { changes: { ...dueLater(refund, now), ...(isUnknown && { status: 'unknown' as const }) } };
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
    return { changes, reserved: 'release' };
  }
  if (isAtOnce) return { changes: { ...ended, status: 'succeeded' }, reserved: 'settle' };
  return { changes: { due_attempts: 0, status: 'processing' } };
}

function dueLater(refund: RefundState, now: Date): Pick<RefundState, 'due_at' | 'due_attempts'> {
  const due_attempts = refund.due_attempts + 1;
  return { due_attempts, due_at: new Date(now.getTime() + backoffMs(due_attempts)) };
}
