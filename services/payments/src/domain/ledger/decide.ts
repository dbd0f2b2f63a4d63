import type {
  Account,
  Command,
  LedgerRefusal,
  MoveCommand,
  PostCommand,
  ReversalCommand,
  Side,
  Transfer,
  VoidCommand,
} from './ledger.js';

/** What a command is decided from. */
export interface LedgerView {
  account(account_id: string): Account | undefined;
  transfer(transfer_id: string): Transfer | undefined;
  /** Posted, voided or reversed. */
  isSettled(transfer_id: string): boolean;
}

/** A transfer, and how it changes the posted and the pending sums of the side that it touches of both accounts. */
export interface Decided {
  readonly transfer: Transfer;
  readonly posted_minor: bigint;
  readonly pending_minor: bigint;
}

export interface Refused {
  readonly refusal: LedgerRefusal;
}

const refused = (refusal: LedgerRefusal): Refused => ({ refusal });

/** What a command comes to, limits and sizes apart. */
export function decide(view: LedgerView, command: Command): Decided | Refused {
  const { transfer_id } = command;
  if (view.transfer(transfer_id) !== undefined) return refused({ reason: 'TRANSFER_EXISTS', transfer_id });
  switch (command.kind) {
    case 'post':
    case 'void':
      return resolve(view, command);
    case 'reversal':
      return reverse(view, command);
    default:
      return move(view, command);
  }
}

function move(view: LedgerView, command: MoveCommand): Decided | Refused {
  const { kind, transfer_id, debit_account_id, credit_account_id, amount_minor, currency, reference } =
    command;
  const isBack = command.comes_back === true;
  if (amount_minor <= 0n) return refused({ reason: 'AMOUNT_NOT_POSITIVE' });
  if (debit_account_id === credit_account_id) {
    return refused({ reason: 'SAME_ACCOUNT', account_id: debit_account_id });
  }
  const refusal =
    unusable(view, debit_account_id, 'debit', currency) ??
    unusable(view, credit_account_id, 'credit', currency, isBack);
  if (refusal !== undefined) return refused(refusal);
  const isPending = kind === 'pending';
  return {
    transfer: {
      transfer_id,
      kind,
      debit_account_id,
      credit_account_id,
      amount_minor,
      currency,
      pending_id: null,
      reverses_id: null,
      reference,
    },
    posted_minor: isPending ? 0n : amount_minor,
    pending_minor: isPending ? amount_minor : 0n,
  };
}

/** A frozen account takes money in, and gives none out; a closed one takes in only what comes back to it. */
function unusable(
  view: LedgerView,
  account_id: string,
  side: Side,
  currency: string,
  isBack = false,
): LedgerRefusal | undefined {
  const account = view.account(account_id);
  if (account === undefined) return { reason: 'NO_SUCH_ACCOUNT', account_id };
  if (account.currency !== currency) {
    return { reason: 'CURRENCY_MISMATCH', account_id, currency: account.currency };
  }
  const takesOut = side !== account.normal_side;
  if (account.status === 'closed' && (takesOut || !isBack)) return { reason: 'ACCOUNT_CLOSED', account_id };
  return account.status === 'frozen' && takesOut ? { reason: 'ACCOUNT_FROZEN', account_id } : undefined;
}

/** What was reserved may be settled whatever has become of the accounts: it was decided when it was reserved. */
function resolve(view: LedgerView, command: PostCommand | VoidCommand): Decided | Refused {
  const { kind, transfer_id, pending_id, reference } = command;
  const pending = view.transfer(pending_id);
  if (pending === undefined) return refused({ reason: 'NO_SUCH_TRANSFER', transfer_id: pending_id });
  if (pending.kind !== 'pending') return refused({ reason: 'NOT_PENDING', transfer_id: pending_id });
  if (view.isSettled(pending_id)) return refused({ reason: 'ALREADY_RESOLVED', transfer_id: pending_id });
  const amount_minor = kind === 'post' ? command.amount_minor : pending.amount_minor;
  if (amount_minor <= 0n) return refused({ reason: 'AMOUNT_NOT_POSITIVE' });
  if (amount_minor > pending.amount_minor) {
    return refused({
      reason: 'MORE_THAN_PENDING',
      transfer_id: pending_id,
      pending_minor: pending.amount_minor,
    });
  }
  return {
    transfer: { ...pending, transfer_id, kind, amount_minor, pending_id, reference },
    posted_minor: kind === 'post' ? amount_minor : 0n,
    pending_minor: -pending.amount_minor,
  };
}

/**
 * A correction: it is done on a frozen account too, which may be frozen because of what has to be corrected, and gives back to
 * a closed one.
 */
function reverse(view: LedgerView, command: ReversalCommand): Decided | Refused {
  const { kind, transfer_id, reverses_id, reference } = command;
  const reversed = view.transfer(reverses_id);
  if (reversed === undefined) return refused({ reason: 'NO_SUCH_TRANSFER', transfer_id: reverses_id });
  if (reversed.kind !== 'single' && reversed.kind !== 'post') {
    return refused({ reason: 'NOT_REVERSIBLE', transfer_id: reverses_id });
  }
  if (view.isSettled(reverses_id)) return refused({ reason: 'ALREADY_REVERSED', transfer_id: reverses_id });
  const { debit_account_id, credit_account_id, amount_minor } = reversed;
  if (view.account(credit_account_id)?.status === 'closed') {
    return refused({ reason: 'ACCOUNT_CLOSED', account_id: credit_account_id });
  }
  return {
    transfer: {
      ...reversed,
      transfer_id,
      kind,
      debit_account_id: credit_account_id,
      credit_account_id: debit_account_id,
      pending_id: null,
      reverses_id,
      reference,
    },
    posted_minor: amount_minor,
    pending_minor: 0n,
  };
}
