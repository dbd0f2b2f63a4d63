import type { EventData, EventType } from '@florin/proto/events';
import type {
  AccountStatus,
  LedgerRefusal,
  MoveCommand,
  PostCommand,
  ReversalCommand,
  VoidCommand,
} from '../domain/ledger/ledger.js';
import type { payments, refunds } from '../store/schema.js';
import type { HouseAccount } from './house-accounts.js';

/** A wallet by its id, or an account of the house by its purpose: the writer picks its stripe, and opens it where it is missing. */
export type AccountRef = string | HouseAccount;

type Move = Omit<MoveCommand, 'debit_account_id' | 'credit_account_id'> & {
  readonly debit: AccountRef;
  readonly credit: AccountRef;
};

/** A post, void or reversal names a transfer, and moves between that one's accounts. */
export type LedgerCommand = Move | PostCommand | VoidCommand | ReversalCommand;

export type PaymentRow = typeof payments.$inferSelect;
export type RefundRow = typeof refunds.$inferSelect;

/**
 * The whole row as it shall be. `expected_version` is the one that it was decided from, 0 for a new row; `row.version` is
 * one more.
 */
export type RowWrite =
  | { readonly table: 'payments'; readonly row: PaymentRow; readonly expected_version: number }
  | { readonly table: 'refunds'; readonly row: RefundRow; readonly expected_version: number };

type UnitEventOf<T extends EventType> = {
  /** `evt_…`, made by the caller: a payment's first one is its receipt. */
  readonly id: string;
  readonly type: T;
  readonly aggregate_id: string;
  /** Counted by the aggregate's own row (`payments.events`), from 1. */
  readonly sequence: bigint;
  readonly data: EventData<T>;
  readonly traceparent?: string | undefined;
  readonly resources?: readonly string[] | undefined;
};

export type UnitEvent = { [T in EventType]: UnitEventOf<T> }[EventType];

/** What one call changes: all of it is committed, or nothing. */
export interface Unit {
  readonly now: Date;
  /** Taken already: refusal KEY_TAKEN. */
  readonly key?: {
    readonly user_id: string;
    readonly operation: string;
    readonly idempotency_key: string;
    readonly input_hash: string;
    /** What the call makes: `pay_…`, `ref_…`. */
    readonly object_id: string;
  };
  /** Another version than expected: refusal STALE. */
  readonly rows: readonly RowWrite[];
  /** Linked: all or none. Done in their order. */
  readonly commands: readonly LedgerCommand[];
  /** Whom the person has paid from now on. */
  readonly payee?: { readonly user_id: string; readonly payee_id: string };
  /** Counted for the day of `now`; above the allowance: refusal UNSCREENED_ALLOWANCE. */
  readonly unscreened?: {
    readonly user_id: string;
    readonly currency: string;
    readonly amount_minor: bigint;
    readonly allowance_minor: bigint;
  };
  /** After the commands. Only an account without balance can be closed. */
  readonly account_status?: readonly { readonly account_id: string; readonly status: AccountStatus }[];
  readonly events: readonly UnitEvent[];
}

export type Refusal =
  | LedgerRefusal
  | { readonly reason: 'KEY_TAKEN'; readonly input_hash: string; readonly object_id: string }
  | { readonly reason: 'STALE'; readonly table: RowWrite['table']; readonly id: string }
  | { readonly reason: 'UNSCREENED_ALLOWANCE'; readonly left_minor: bigint };

export type UnitOutcome =
  | { readonly committed: true }
  | { readonly committed: false; readonly refusal: Refusal };

export interface LedgerWriter {
  /**
   * Commits the unit, or says why not. A refused unit has changed nothing.
   * @throws Fault UNAVAILABLE where the database cannot be reached: the unit is then not committed, or, where `details`
   *   say `outcome: 'unknown'`, may be; a repeat with the same key finds out. Fault CONFLICT where it lost every race.
   */
  submit(unit: Unit): Promise<UnitOutcome>;
  status(): { waiting: number };
  /** Ends when all that was submitted is done; what is submitted later is refused. */
  stop(): Promise<void>;
}
