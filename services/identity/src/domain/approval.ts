/** How long the person has to decide, and the agent to use the decision. */
export const APPROVAL_LIFETIME_MS = 5 * 60_000;

/** Of one person, neither used nor expired: more than that is an agent that floods, and a page nobody reads any more. */
export const MAX_OPEN_APPROVALS = 20;

export interface ApprovalState {
  expires_at: Date;
  decision: 'granted' | 'denied' | null;
  consumed_by: string | null;
}

export type ApprovalVerdict = 'granted' | 'pending' | 'denied' | 'expired' | 'used';

/**
 * What an approval is worth to an operation. Who consumed it has it for good: the retry of an operation whose answer was
 * lost must not fail for lack of an approval that it was given.
 */
export function judgeApproval(
  { expires_at, decision, consumed_by }: ApprovalState,
  operation_id: string,
  now: Date,
): ApprovalVerdict {
  if (consumed_by !== null) return consumed_by === operation_id ? 'granted' : 'used';
  if (decision === 'denied') return 'denied';
  if (now >= expires_at) return 'expired';
  return decision ?? 'pending';
}
