import type { Account, Entry } from './ledger.js';

/** What int8 holds. */
const LARGEST_MINOR = 2n ** 63n - 1n;

/** What the account holds, by its normal side, with nothing that is pending. */
export function balanceMinor(account: Account): bigint {
  const { normal_side, debits_posted_minor: debits, credits_posted_minor: credits } = account;
  return normal_side === 'credit' ? credits - debits : debits - credits;
}

/** What is reserved by pending transfers that take from it. */
export function reservedMinor(account: Account): bigint {
  return account.normal_side === 'credit' ? account.debits_pending_minor : account.credits_pending_minor;
}

/** What can still be taken. Money that is only on its way in does not count: it may never come. */
export function availableMinor(account: Account): bigint {
  return balanceMinor(account) - reservedMinor(account);
}

/** Whether nothing is left on it or on its way. */
export function isEmpty(account: Account): boolean {
  return (
    balanceMinor(account) === 0n &&
    account.debits_pending_minor === 0n &&
    account.credits_pending_minor === 0n
  );
}

/** The account after an entry of it. */
export function addEntry(account: Account, { side, posted_minor, pending_minor }: Entry): Account {
  return side === 'debit'
    ? {
        ...account,
        debits_posted_minor: account.debits_posted_minor + posted_minor,
        debits_pending_minor: account.debits_pending_minor + pending_minor,
      }
    : {
        ...account,
        credits_posted_minor: account.credits_posted_minor + posted_minor,
        credits_pending_minor: account.credits_pending_minor + pending_minor,
      };
}

/** Whether the account gave more than it may. Less than the limit is no reason to refuse what gives something back. */
export function passesLimit(before: Account, after: Account): boolean {
  const { min_available_minor: limit } = after;
  if (limit === null) return false;
  const available = availableMinor(after);
  return available < limit && available < availableMinor(before);
}

/** Whether a sum of the account no longer fits its column. */
export function isTooLarge(account: Account): boolean {
  return (
    account.debits_posted_minor + account.debits_pending_minor > LARGEST_MINOR ||
    account.credits_posted_minor + account.credits_pending_minor > LARGEST_MINOR
  );
}
