import type { Decision, PaymentState } from './decide.js';

/** What fraud has decided of a payment that waits for it. */
export type Verdict = 'approve' | 'hold' | 'decline';

/**
 * What a decision makes of a held payment: one between wallets is made at once, one from a method goes on to the provider.
 * @returns undefined where it does not wait, or waits on
 */
export function decideHeld(payment: PaymentState, verdict: Verdict, now: Date): Decision | undefined {
  if (payment.status !== 'held' || verdict === 'hold') return undefined;
  const done = { due_at: null, due_attempts: 0, status_reason: null };
  if (verdict === 'decline') {
    return {
      changes: { ...done, status: 'declined', status_reason: 'declined_by_screening' },
      steps: [{ step: 'release' }],
      event: { name: 'failed', reason: 'declined_by_screening' },
    };
  }
  if (payment.kind === 'transfer') {
    return {
      changes: { ...done, status: 'succeeded' },
      steps: [{ step: 'settle' }],
      event: { name: 'succeeded' },
    };
  }
  return { changes: { ...done, status: 'authorized', due_at: now }, steps: [] };
}

/** What a person's wish to cancel comes to. */
export type Cancel =
  /** Nothing was sent: it ends here. */
  | { readonly can: 'now'; readonly decision: Decision }
  /** It is with the provider, who may still stop it. */
  | { readonly can: 'ask' }
  /** It is canceled already: the wish is fulfilled. */
  | { readonly can: 'done' }
  | { readonly can: 'no' };

/** @param isSent whether the provider was ever asked for it */
export function decideCancel(payment: PaymentState, isSent: boolean): Cancel {
  switch (payment.status) {
    case 'canceled':
      return { can: 'done' };
    case 'created':
    case 'screening':
    case 'held':
      return { can: 'now', decision: canceled };
    case 'authorized':
      return isSent ? { can: 'ask' } : { can: 'now', decision: canceled };
    case 'processing':
    case 'unknown':
      return { can: 'ask' };
    default:
      return { can: 'no' };
  }
}

const canceled: Decision = {
  changes: { status: 'canceled', status_reason: null, action_url: null, due_at: null, due_attempts: 0 },
  steps: [{ step: 'release' }],
  event: { name: 'canceled' },
};
