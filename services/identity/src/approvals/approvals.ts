import {
  type Actor,
  type ApprovalRequest,
  type ApprovalResult,
  argumentsHash,
  type SummaryLine,
} from '@florin/chassis';
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
   * @throws Fault as {@link request} and {@link consume} do
   */
  require(ask: ApprovalAsk): Promise<ApprovalResult>;
  /** @throws Fault RATE_LIMITED while too many wait for the person */
  request(
    user_id: string,
    binding: ApprovalBinding,
    summary: readonly SummaryLine[],
    now: Date,
  ): Promise<ApprovalRequest>;
  /**
   * @throws Fault APPROVAL_MISMATCH (not this call's, or none at all), APPROVAL_DENIED, APPROVAL_EXPIRED, APPROVAL_USED
   */
  consume(
    user_id: string,
    approval_id: string,
    binding: ApprovalBinding,
    by: { operation_id: string; now: Date },
  ): Promise<ApprovalResult>;
}

/** @param issuer identity's public URL */
export function createApprovals(parts: { db: Db; summaries: ApprovalSummaries; issuer: string }): Approvals {
  const { db, summaries, issuer } = parts;
  const shown = ({
    approval_id,
    expires_at,
  }: {
    approval_id: string;
    expires_at: Date;
  }): ApprovalRequest => ({
    approval_id,
    approval_url: new URL(`/approvals/${approval_id}`, issuer).href,
    expires_at: expires_at.toISOString(),
  });

  const approvals: Approvals = {
    async require({ actor, operation, summary, approval_id, operation_id, now, arguments: args }) {
      const { user_id, client_id } = actor;
      const binding = { client_id, operation, arguments_hash: argumentsHash(args) };
      return approval_id === undefined
        ? { granted: false, approval: await approvals.request(user_id, binding, summary, now) }
        : approvals.consume(user_id, approval_id, binding, { operation_id, now });
    },

    async request(user_id, binding, summary, now) {
      const expires_at = new Date(now.getTime() + APPROVAL_LIFETIME_MS);
      const summaryFor = (approval_id: string) => summaries.seal(approval_id, summary);
      const added = { expires_at, max_open: MAX_OPEN_APPROVALS, summaryFor };
      const waiting = await findOrAddApproval(db, user_id, binding, added, now);
      if (waiting === undefined) throw refusals.tooMany();
      return shown(waiting);
    },

    async consume(user_id, approval_id, binding, { operation_id, now }) {
      if (await consumeApproval(db, user_id, approval_id, binding, { operation_id, now })) {
        return { granted: true };
      }
      const found = await findBoundApproval(db, user_id, approval_id, binding);
      if (found === undefined) throw refusals.mismatch();
      const verdict = judgeApproval(found, operation_id, now);
      if (verdict === 'granted' && found.consumed_by !== null) return { granted: true };
      // One that was granted between the two queries waits for the next call.
      if (verdict === 'granted' || verdict === 'pending') return { granted: false, approval: shown(found) };
      throw refusals[verdict]();
    },
  };
  return approvals;
}

const refusals = {
  tooMany: (): Fault =>
    fault(
      'RATE_LIMITED',
      'Too many approvals wait for the person. Let them decide those, or wait five minutes.',
    ),
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
