/** What becomes of a payment, in the words that people and models read. */
export type Status =
  | 'created'
  | 'screening'
  | 'held'
  | 'declined'
  | 'authorized'
  | 'processing'
  | 'unknown'
  | 'succeeded'
  | 'failed'
  | 'canceled'
  | 'partially_refunded'
  | 'refunded';

/**
 * Every way that a payment can go. What is not here never happens, whatever is reported, how often, and in which order:
 * so nothing that has ended begins again. Of what was paid, the status follows the refunds that are made: one that fails
 * after it was made takes it back.
 */
export const transitions: Readonly<Record<Status, readonly Status[]>> = {
  created: ['screening', 'authorized', 'held', 'declined', 'succeeded'],
  screening: ['authorized', 'held', 'declined', 'succeeded'],
  held: ['authorized', 'declined', 'canceled', 'succeeded'],
  authorized: ['processing', 'unknown', 'succeeded', 'failed', 'canceled'],
  processing: ['unknown', 'succeeded', 'failed', 'canceled'],
  unknown: ['processing', 'succeeded', 'failed', 'canceled'],
  succeeded: ['partially_refunded', 'refunded'],
  partially_refunded: ['succeeded', 'refunded'],
  refunded: ['succeeded', 'partially_refunded'],
  declined: [],
  failed: [],
  canceled: [],
};

export function canBecome(from: Status, to: Status): boolean {
  return transitions[from].includes(to);
}

/** The provider was asked, or is about to be, and has not yet said how it ends. */
export function isUnderway(status: Status): boolean {
  return status === 'authorized' || status === 'processing' || status === 'unknown';
}

/** The payee has the money, or has given it back since. */
export function isPaid(status: Status): boolean {
  return status === 'succeeded' || status === 'partially_refunded' || status === 'refunded';
}
