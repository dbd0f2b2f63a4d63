/** The words of the ledger. Ids are opaque here: whoever calls gives TypeIDs or uuids, and gets back what it gave. */

export type Side = 'debit' | 'credit';
export type TransferKind = 'single' | 'pending' | 'post' | 'void' | 'reversal';
export type AccountStatus = 'open' | 'frozen' | 'closed';

export interface Account {
  readonly account_id: string;
  readonly currency: string;
  /** The side on which it grows: credit for what the house owes, debit for what it has. */
  readonly normal_side: Side;
  /** The least that must stay available; null for no limit. */
  readonly min_available_minor: bigint | null;
  readonly status: AccountStatus;
  readonly debits_posted_minor: bigint;
  readonly credits_posted_minor: bigint;
  readonly debits_pending_minor: bigint;
  readonly credits_pending_minor: bigint;
}

export interface Transfer {
  readonly transfer_id: string;
  readonly kind: TransferKind;
  readonly debit_account_id: string;
  readonly credit_account_id: string;
  readonly amount_minor: bigint;
  readonly currency: string;
  /** The pending transfer that a post or void resolves. */
  readonly pending_id: string | null;
  /** The transfer that a reversal takes back. */
  readonly reverses_id: string | null;
  readonly reference: string;
}

/** What a transfer did to one side of one account: signed changes of its posted and its pending sum. */
export interface Entry {
  readonly transfer_id: string;
  readonly account_id: string;
  readonly side: Side;
  readonly posted_minor: bigint;
  readonly pending_minor: bigint;
}

/** Moves money at once (`single`), or reserves it until it is posted or voided (`pending`). */
export interface MoveCommand {
  readonly kind: 'single' | 'pending';
  readonly transfer_id: string;
  readonly debit_account_id: string;
  readonly credit_account_id: string;
  readonly amount_minor: bigint;
  readonly currency: string;
  /** The payment or refund, or what another service names. */
  readonly reference: string;
  /** The money had left the account that is credited: a closed one takes it too, as it takes a reversal, and is frozen then. */
  readonly comes_back?: boolean;
}

/** Makes a pending transfer final, in whole or in part: the rest is released. */
export interface PostCommand {
  readonly kind: 'post';
  readonly transfer_id: string;
  readonly pending_id: string;
  readonly amount_minor: bigint;
  readonly reference: string;
}

/** Releases all that a pending transfer has reserved. */
export interface VoidCommand {
  readonly kind: 'void';
  readonly transfer_id: string;
  readonly pending_id: string;
  readonly reference: string;
}

/** Takes a `single` or `post` back whole. A part is given back by a new `single`. */
export interface ReversalCommand {
  readonly kind: 'reversal';
  readonly transfer_id: string;
  readonly reverses_id: string;
  readonly reference: string;
}

/** A post, void or reversal moves between the accounts of the transfer that it names. */
export type Command = MoveCommand | PostCommand | VoidCommand | ReversalCommand;

/** Why commands are not done. None of those that are linked with the refused one is. */
export type LedgerRefusal =
  | { readonly reason: 'AMOUNT_NOT_POSITIVE' }
  | { readonly reason: 'SAME_ACCOUNT'; readonly account_id: string }
  | { readonly reason: 'NO_SUCH_ACCOUNT'; readonly account_id: string }
  | { readonly reason: 'CURRENCY_MISMATCH'; readonly account_id: string; readonly currency: string }
  | { readonly reason: 'ACCOUNT_FROZEN'; readonly account_id: string }
  | { readonly reason: 'ACCOUNT_CLOSED'; readonly account_id: string }
  | { readonly reason: 'ACCOUNT_NOT_EMPTY'; readonly account_id: string }
  | { readonly reason: 'INSUFFICIENT_FUNDS'; readonly account_id: string; readonly available_minor: bigint }
  | { readonly reason: 'BALANCE_TOO_LARGE'; readonly account_id: string }
  | { readonly reason: 'TRANSFER_EXISTS'; readonly transfer_id: string }
  | { readonly reason: 'NO_SUCH_TRANSFER'; readonly transfer_id: string }
  | { readonly reason: 'NOT_PENDING'; readonly transfer_id: string }
  | { readonly reason: 'ALREADY_RESOLVED'; readonly transfer_id: string }
  | {
      readonly reason: 'MORE_THAN_PENDING';
      readonly transfer_id: string;
      readonly pending_minor: bigint;
    }
  | { readonly reason: 'NOT_REVERSIBLE'; readonly transfer_id: string }
  | { readonly reason: 'ALREADY_REVERSED'; readonly transfer_id: string };
