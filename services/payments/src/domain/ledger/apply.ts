import { addEntry, availableMinor, isEmpty, isTooLarge, passesLimit } from './account.js';
import { type Decided, decide, type LedgerView, type Refused } from './decide.js';
import type { Account, AccountStatus, Command, Entry, LedgerRefusal, Side, Transfer } from './ledger.js';

/** What commands are decided from: the accounts and transfers that they name, and which of the latter are settled. */
export interface LedgerState {
  readonly accounts: Map<string, Account>;
  readonly transfers: Map<string, Transfer>;
  /** Posted, voided or reversed. */
  readonly settled: Set<string>;
}

/** What linked commands come to. */
export interface Applied {
  /** As they are afterwards, those alone that changed. */
  readonly accounts: Map<string, Account>;
  readonly transfers: Transfer[];
  readonly entries: Entry[];
}

export interface StatusChange {
  readonly account_id: string;
  readonly status: AccountStatus;
}

export function emptyState(): LedgerState {
  return { accounts: new Map(), transfers: new Map(), settled: new Set() };
}

/**
 * Does linked commands in their order, all of them or none, and then changes the status of accounts. The state stays as it
 * is: {@link absorb} makes it what was decided here.
 */
export function applyUnit(
  state: LedgerState,
  commands: readonly Command[],
  statuses: readonly StatusChange[] = [],
): Applied | Refused {
  const applied: Applied = { accounts: new Map(), transfers: [], entries: [] };
  const view: LedgerView = {
    account: (id) => applied.accounts.get(id) ?? state.accounts.get(id),
    transfer: (id) => state.transfers.get(id) ?? applied.transfers.find((done) => done.transfer_id === id),
    isSettled: (id) => state.settled.has(id) || applied.transfers.some((done) => settledBy(done) === id),
  };
  for (const command of commands) {
    const decided = decide(view, command);
    if ('refusal' in decided) return decided;
    const refusal = enter(applied, view, decided, 'debit') ?? enter(applied, view, decided, 'credit');
    if (refusal !== undefined) return { refusal };
    applied.transfers.push(decided.transfer);
  }
  for (const { account_id, status } of statuses) {
    const account = view.account(account_id);
    if (account === undefined) return { refusal: { reason: 'NO_SUCH_ACCOUNT', account_id } };
    if (status === 'closed' && !isEmpty(account)) {
      return { refusal: { reason: 'ACCOUNT_NOT_EMPTY', account_id } };
    }
    applied.accounts.set(account_id, { ...account, status });
  }
  return applied;
}

/** Makes what was decided part of the state, so that the next commands are decided after it. */
export function absorb(state: LedgerState, { accounts, transfers }: Applied): void {
  for (const [id, account] of accounts) state.accounts.set(id, account);
  for (const transfer of transfers) {
    state.transfers.set(transfer.transfer_id, transfer);
    const settled = settledBy(transfer);
    if (settled !== null) state.settled.add(settled);
  }
}

function settledBy(transfer: Transfer): string | null {
  return transfer.pending_id ?? transfer.reverses_id;
}

function enter(
  applied: Applied,
  view: LedgerView,
  { transfer, posted_minor, pending_minor }: Decided,
  side: Side,
): LedgerRefusal | undefined {
  const account_id = side === 'debit' ? transfer.debit_account_id : transfer.credit_account_id;
  const before = view.account(account_id);
  if (before === undefined) return { reason: 'NO_SUCH_ACCOUNT', account_id };
  const entry = { transfer_id: transfer.transfer_id, account_id, side, posted_minor, pending_minor };
  const after = addEntry(before, entry);
  if (passesLimit(before, after)) {
    return { reason: 'INSUFFICIENT_FUNDS', account_id, available_minor: availableMinor(before) };
  }
  if (isTooLarge(after)) return { reason: 'BALANCE_TOO_LARGE', account_id };
  // What is closed is empty: with money that came back it waits for its owner.
  const waits = after.status === 'closed' && !isEmpty(after);
  applied.accounts.set(account_id, waits ? { ...after, status: 'frozen' } : after);
  applied.entries.push(entry);
}
