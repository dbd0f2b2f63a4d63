import type { Day } from './calendar.js';
import type { Category } from './category.js';

/** What a bank says of one transaction. Money out is negative. */
export interface TransactionFacts {
  account_id: string;
  date: Day;
  amount_minor: bigint;
  currency: string;
  merchant: string | null;
  description: string;
  category: Category;
  category_detail: string;
  pending: boolean;
}

export interface ReceivedTransaction extends TransactionFacts {
  provider_transaction_id: string;
  /** Of the pending transaction that this one is the posted form of. */
  pending_provider_transaction_id: string | null;
}

/** One whole update from a bank: every page of it, put together. */
export interface Changes {
  added: readonly ReceivedTransaction[];
  modified: readonly ReceivedTransaction[];
  /** Provider ids. */
  removed: readonly string[];
}

export interface TransactionRow extends TransactionFacts {
  transaction_id: string;
  provider_transaction_id: string;
  /** The provider's id that it had while pending; null where it never was, or still is. */
  pending_provider_transaction_id: string | null;
  /** Withdrawn by the bank. Kept, so that an id that was given out never names something else. */
  removed: boolean;
}

export interface Decision {
  /** Rows to insert or overwrite, by transaction_id. */
  write: TransactionRow[];
  created: ChangedTransaction[];
  updated: ChangedTransaction[];
  removed: ChangedTransaction[];
}

export type ChangedTransaction = Pick<TransactionRow, 'transaction_id' | 'account_id'>;

/**
 * Decides what an update does to the rows. Applying the same update twice changes nothing the second time, so a loop
 * that starts again from its first cursor is safe.
 *
 * A pending transaction and its posted form have two ids at the bank ("the pending transaction is removed, and the posted
 * one added with pending_transaction_id", Plaid, transaction states). Here they are one: the row goes on under its id.
 * @param rows those that `changes` may concern, see `concernedIds`
 */
export function applyChanges(
  rows: readonly TransactionRow[],
  changes: Changes,
  newId: () => string,
): Decision {
  const state = new RowSet(rows);
  for (const received of [...changes.added, ...changes.modified]) state.put(received, newId);
  for (const provider_id of changes.removed) state.remove(provider_id);
  return state.decide(rows);
}

/** The provider ids by which rows must be looked up before `applyChanges`. */
export function concernedIds({ added, modified, removed }: Changes): string[] {
  const received = [...added, ...modified].flatMap((each) => [
    each.provider_transaction_id,
    ...(each.pending_provider_transaction_id === null ? [] : [each.pending_provider_transaction_id]),
  ]);
  return [...new Set([...received, ...removed])];
}

class RowSet {
  readonly #byProviderId = new Map<string, TransactionRow>();
  /** Ids of pending transactions that posted: what the bank still says about those is old. */
  readonly #posted = new Set<string>();

  constructor(rows: readonly TransactionRow[]) {
    for (const row of rows) this.#set(row);
  }

  put(received: ReceivedTransaction, newId: () => string): void {
    if (this.#posted.has(received.provider_transaction_id)) return;
    const { pending_provider_transaction_id: pending_id } = received;
    const known = this.#byProviderId.get(received.provider_transaction_id);
    const pending = pending_id === null ? undefined : this.#byProviderId.get(pending_id);
    const row = known ?? pending;
    if (pending !== undefined && known === undefined)
      this.#byProviderId.delete(pending.provider_transaction_id);
    this.#set({
      ...received,
      // A later word on the posted one need not repeat which it had been.
      pending_provider_transaction_id: pending_id ?? row?.pending_provider_transaction_id ?? null,
      transaction_id: row?.transaction_id ?? newId(),
      removed: false,
    });
  }

  remove(provider_id: string): void {
    const row = this.#byProviderId.get(provider_id);
    if (row !== undefined) this.#set({ ...row, removed: true });
  }

  decide(before: readonly TransactionRow[]): Decision {
    const old = new Map(before.map((row) => [row.transaction_id, row]));
    const decision: Decision = { write: [], created: [], updated: [], removed: [] };
    for (const row of this.#byProviderId.values()) {
      const was = old.get(row.transaction_id);
      const kind = changeOf(was, row);
      if (kind === undefined) continue;
      decision.write.push(row);
      decision[kind].push({ transaction_id: row.transaction_id, account_id: row.account_id });
    }
    return decision;
  }

  #set(row: TransactionRow): void {
    this.#byProviderId.set(row.provider_transaction_id, row);
    if (row.pending_provider_transaction_id !== null) this.#posted.add(row.pending_provider_transaction_id);
  }
}

function changeOf(was: TransactionRow | undefined, row: TransactionRow) {
  const existed = was !== undefined && !was.removed;
  if (row.removed) return existed ? 'removed' : undefined;
  if (!existed) return 'created';
  return isSame(was, row) ? undefined : 'updated';
}

function isSame(a: TransactionRow, b: TransactionRow): boolean {
  return (Object.keys(a) as (keyof TransactionRow)[]).every((field) => a[field] === b[field]);
}
