import { DAY_MS, dayOf, isoDate } from './bank/days.js';
import { plaidId } from './bank/ids.js';
import type { AccountKind, Institution, Slot } from './bank/institutions.js';
import { type Payee, transfer } from './bank/payees.js';
import { planActivity } from './bank/plan.js';
import type { Planned } from './bank/planned.js';
import { PlaidError } from './errors.js';
import type { Item, JournalEntry, TransactionPatch } from './state.js';

/** How far back every person's life is known: the most Plaid offers. */
const HISTORY_DAYS = 730;

/** One transaction as the bank now shows it. */
export interface Entry {
  transaction_id: string;
  slot: Slot;
  payee: Payee;
  /** Plaid's sign: positive is money out of the account, or more owed on it. */
  amount_minor: number;
  pending: boolean;
  pending_transaction_id: string | null;
  date: string;
  authorized_date: string;
}

export interface Change {
  kind: 'added' | 'modified' | 'removed';
  transaction_id: string;
  slot: Slot;
}

type Stage = 'pending' | 'posted';

/**
 * What a bank shows of one Item: its transactions and the log of how they changed.
 * Derived: an Item's journal, replayed, gives the same feed after a restart, cursors included.
 */
export class ItemFeed {
  readonly log: Change[] = [];
  /** When the bank was last asked what is new. */
  advanced_at_ms: number | null = null;
  readonly #entries = new Map<string, Entry>();
  /** Planned movements already shown, by key, with the stage they are in. */
  readonly #shown = new Map<string, Stage>();
  readonly #balances: Record<Slot, number> = { checking: 0, savings: 0, credit: 0, euro: 0 };
  readonly #hidden = new Set<string>();
  readonly #first_day: number;
  #planned: Planned[] = [];
  #planned_until = Number.NEGATIVE_INFINITY;

  constructor(
    readonly item: Pick<Item, 'item_id' | 'person_key' | 'created_at_ms' | 'journal'>,
    readonly institution: Institution,
    readonly seed: string,
  ) {
    this.#first_day = dayOf(item.created_at_ms) - HISTORY_DAYS;
    for (const { slot, opening_minor } of institution.accounts) this.#balances[slot] = opening_minor;
    for (const entry of item.journal) this.apply(entry);
  }

  /** Carries out one journal entry. Throws INVALID_FIELD where it names a transaction that is not there. */
  apply(entry: JournalEntry): void {
    switch (entry.kind) {
      case 'advance':
        this.#advance(entry.at_ms, entry.since_date);
        break;
      case 'add':
        this.#show(addedByHand(entry, this.item.item_id));
        break;
      case 'modify':
        this.#modify(entry.transaction_id, entry.patch);
        break;
      case 'remove':
        this.#hide(this.#need(entry.transaction_id));
        break;
      case 'post':
        this.#post(entry.transaction_id, entry.at_ms);
        break;
    }
  }

  entry(transaction_id: string): Entry | undefined {
    return this.#entries.get(transaction_id);
  }

  /** Everything a client may see now, oldest first. */
  visible(): Entry[] {
    return [...this.#entries.values()].filter((entry) => !this.#hidden.has(entry.transaction_id));
  }

  /** In minor units: what is posted, and what of it pending movements have already taken. */
  balanceOf(account: AccountKind): { current_minor: number; available_minor: number } {
    const current_minor = this.#balances[account.slot];
    let held_minor = 0;
    for (const entry of this.#entries.values()) {
      if (entry.slot === account.slot && entry.pending && entry.amount_minor > 0)
        held_minor += entry.amount_minor;
    }
    const available_minor =
      account.limit_minor === null
        ? current_minor - held_minor
        : account.limit_minor - current_minor - held_minor;
    return { current_minor, available_minor };
  }

  /** Brings in what happened until `at_ms`; what is dated before `since_date` counts in balances only. */
  #advance(at_ms: number, since_date: string): void {
    this.advanced_at_ms = at_ms;
    for (const planned of this.#planUntil(at_ms)) {
      if (planned.authorized_at_ms > at_ms) break;
      const stage = planned.pending_minor !== null && planned.posted_at_ms > at_ms ? 'pending' : 'posted';
      const shown = this.#shown.get(planned.key);
      if (shown === stage || shown === 'posted') continue;
      this.#shown.set(planned.key, stage);
      if (shown === undefined) {
        const entry = entryOf(this.item.item_id, planned, stage, null);
        this.#show(entry, entry.date < since_date);
      } else {
        const pending = this.#entries.get(plaidId(this.item.item_id, planned.key, 'pending'));
        // Gone where somebody removed it by hand: then it never posts.
        if (pending)
          this.#settle(pending, entryOf(this.item.item_id, planned, 'posted', pending.transaction_id));
      }
    }
    this.#reveal(since_date);
  }

  #planUntil(at_ms: number): readonly Planned[] {
    const last_day = dayOf(at_ms);
    if (last_day > this.#planned_until) {
      const { seed, institution } = this;
      const first_day = this.#first_day;
      this.#planned = planActivity({ seed, key: this.item.person_key, institution, first_day, last_day });
      this.#planned_until = last_day;
    }
    return this.#planned;
  }

  #show(entry: Entry, hidden = false): void {
    this.#entries.set(entry.transaction_id, entry);
    this.#book(entry, 1);
    if (hidden) this.#hidden.add(entry.transaction_id);
    else this.#note('added', entry);
  }

  #hide(entry: Entry): void {
    this.#entries.delete(entry.transaction_id);
    this.#book(entry, -1);
    if (!this.#hidden.delete(entry.transaction_id)) this.#note('removed', entry);
  }

  #settle(pending: Entry, posted: Entry): void {
    const hidden = this.#hidden.has(pending.transaction_id);
    this.#hide(pending);
    this.#show(posted, hidden);
  }

  #reveal(since_date: string): void {
    for (const transaction_id of this.#hidden) {
      const entry = this.#entries.get(transaction_id);
      if (!entry || entry.date < since_date) continue;
      this.#hidden.delete(transaction_id);
      this.#note('added', entry);
    }
  }

  #modify(transaction_id: string, patch: TransactionPatch): void {
    const before = this.#need(transaction_id);
    const after = { ...before, ...patch.fields, payee: { ...before.payee, ...patch.payee } };
    this.#book(before, -1);
    this.#book(after, 1);
    this.#entries.set(transaction_id, after);
    this.#note('modified', after);
  }

  #post(transaction_id: string, at_ms: number): void {
    const pending = this.#need(transaction_id);
    if (!pending.pending)
      throw new PlaidError('INVALID_FIELD', `transaction ${transaction_id} is posted already`);
    const planned = this.#planned.find(
      (each) => plaidId(this.item.item_id, each.key, 'pending') === transaction_id,
    );
    const date = isoDate(at_ms);
    if (planned) {
      this.#shown.set(planned.key, 'posted');
      const posted = entryOf(this.item.item_id, planned, 'posted', transaction_id);
      this.#settle(pending, { ...posted, date });
    } else {
      const posted_id = plaidId(this.item.item_id, transaction_id, 'posted');
      this.#settle(pending, {
        ...pending,
        transaction_id: posted_id,
        pending: false,
        pending_transaction_id: transaction_id,
        date,
      });
    }
  }

  #book(entry: Entry, times: 1 | -1): void {
    if (entry.pending) return;
    const owed = entry.slot === 'credit' ? 1 : -1;
    this.#balances[entry.slot] += owed * times * entry.amount_minor;
  }

  #need(transaction_id: string): Entry {
    const entry = this.#entries.get(transaction_id);
    if (!entry || this.#hidden.has(transaction_id))
      throw new PlaidError('INVALID_FIELD', `transaction ${transaction_id} is not in this item`);
    return entry;
  }

  #note(kind: Change['kind'], { transaction_id, slot }: Entry): void {
    this.log.push({ kind, transaction_id, slot });
  }
}

function entryOf(
  item_id: string,
  planned: Planned,
  stage: Stage,
  pending_transaction_id: string | null,
): Entry {
  const pending = stage === 'pending';
  return {
    transaction_id: plaidId(item_id, planned.key, stage),
    slot: planned.slot,
    payee: planned.payee,
    amount_minor: pending ? (planned.pending_minor ?? planned.amount_minor) : planned.amount_minor,
    pending,
    pending_transaction_id,
    date: isoDate(pending ? planned.authorized_at_ms : planned.posted_at_ms),
    authorized_date: isoDate(planned.authorized_at_ms),
  };
}

function addedByHand(entry: Extract<JournalEntry, { kind: 'add' }>, item_id: string): Entry {
  const payee = transfer(entry.name, entry.category);
  return {
    transaction_id: plaidId(item_id, 'by hand', entry.nonce),
    slot: entry.slot,
    payee: entry.merchant_name
      ? { ...payee, merchant_name: entry.merchant_name, counterparty: 'merchant' }
      : payee,
    amount_minor: entry.amount_minor,
    pending: entry.pending,
    pending_transaction_id: null,
    date: entry.date,
    authorized_date: entry.date,
  };
}

/** The first date a client sees, `days` before the Item was made. */
export function sinceDate(created_at_ms: number, days: number): string {
  return isoDate(created_at_ms - days * DAY_MS);
}
