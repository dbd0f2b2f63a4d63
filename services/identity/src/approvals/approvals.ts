import { type Actor, type ApprovalResult, argumentsHash, type SummaryLine } from '@florin/chassis';
import { type Fault, fault } from '@florin/faults';
import type { Db } from '@florin/postgres';
import { APPROVAL_LIFETIME_MS, judgeApproval, MAX_OPEN_APPROVALS } from '../domain/approval.js';
import {
  type ApprovalBinding,
  consumeApproval,
  findBoundApproval,
  findOrAddApproval,
} from '../store/approvals.js';
import type { ApprovalSummaries } from './summary.js';

interface ApprovalAsk {
  actor: Pick<Actor, 'user_id' | 'client_id'>;
  /** The operation's name. */
  operation: string;
  /** What the operation will do, resolved. What stands here is what the person agrees to. */
  arguments: object;
  /** What the page shows of it. */
  summary: readonly SummaryLine[];
  /** What the caller sent back. */
  approval_id?: string | undefined;
  /**
   * Who consumes. The same id again is granted again: so only what is itself done once for each id may be called by one
   * that the caller can repeat; everything else passes a new one for every call.
   */
  operation_id: string;
  now: Date;
}

/** Asks the person, who answers in the browser alone. */
export interface Approvals {
  /**
   * Consumes the approval that the caller names, or says where the person has to decide.
   *
   * @throws Fault APPROVAL_MISMATCH (not this call's, or none at all), APPROVAL_DENIED, APPROVAL_EXPIRED, APPROVAL_USED,
   *   RATE_LIMITED while too many wait for the person
   */
  require(ask: ApprovalAsk): Promise<ApprovalResult>;
}

export function createApprovals(parts: {
  db: Db;
  summaries: ApprovalSummaries;
  /** Identity's public URL. */
  issuer: string;
}): Approvals {
  const { db, summaries, issuer } = parts;
  const shown = ({ approval_id, expires_at }: { approval_id: string; expires_at: Date }): ApprovalResult => ({
    granted: false,
    approval: {
      approval_id,
      approval_url: new URL(`/approvals/${approval_id}`, issuer).href,
      expires_at: expires_at.toISOString(),
    },
  });

  async function request(ask: ApprovalAsk, binding: ApprovalBinding): Promise<ApprovalResult> {
    const waiting = await findOrAddApproval(
      db,
      ask.actor.user_id,
      binding,
      {
        expires_at: new Date(ask.now.getTime() + APPROVAL_LIFETIME_MS),
        max_open: MAX_OPEN_APPROVALS,
        summaryFor: (approval_id) => summaries.seal(approval_id, ask.summary),
      },
      ask.now,
    );
    if (waiting === undefined) {
      throw fault(
        'RATE_LIMITED',
        'Too many approvals wait for the person. Let them decide those, or wait five minutes.',
      );
    }
    return shown(waiting);
  }

  async function consume(
    { actor, operation_id, now }: ApprovalAsk,
    approval_id: string,
    binding: ApprovalBinding,
  ): Promise<ApprovalResult> {
    if (await consumeApproval(db, actor.user_id, approval_id, binding, { operation_id, now })) {
      return { granted: true };
    }
    const found = await findBoundApproval(db, actor.user_id, approval_id, binding);
    if (found === undefined) throw refusals.mismatch();
    const verdict = judgeApproval(found, operation_id, now);
    // Granted between the two queries: the next call consumes it.
    if (verdict === 'pending' || (verdict === 'granted' && found.consumed_by === null)) return shown(found);
    if (verdict === 'granted') return { granted: true };
    throw refusals[verdict]();
  }

  return {
    require(ask) {
      const { client_id } = ask.actor;
      const { operation, approval_id } = ask;
      const binding = { client_id, operation, arguments_hash: argumentsHash(ask.arguments) };
      return approval_id === undefined ? request(ask, binding) : consume(ask, approval_id, binding);
    },
  };
}

const refusals = {
  // One answer for another person's, another client's, other arguments and none: nobody learns which ids there are.
  mismatch: (): Fault =>
    fault(
      'APPROVAL_MISMATCH',
      'This approval is not for this call. Repeat the call without approval_id to ask the person.',
    ),
  denied: (): Fault => fault('APPROVAL_DENIED', 'The person said no. Ask them what they want instead.'),
  expired: (): Fault =>
    fault(
      'APPROVAL_EXPIRED',
      'The approval was not used within five minutes. Repeat the call without approval_id to ask again.',
    ),
  used: (): Fault =>
    fault(
      'APPROVAL_USED',
      'This approval has been used. Repeat the call without approval_id to ask the person again.',
    ),
};
