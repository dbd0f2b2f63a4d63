import { absorb, applyUnit } from '../domain/ledger/apply.js';
import type { Account, Entry, Transfer } from '../domain/ledger/ledger.js';
import type { PreparedAllowance, PreparedKey, PreparedUnit } from './prepare-unit.js';
import type { BatchState, BoundUnit } from './read-batch.js';
import type { Refusal, RowWrite } from './unit.js';

type At<Row> = Row & { readonly now: Date };

/** What the accepted units of a batch write. A row that several of them change is written once, as the last one has it. */
export interface BatchWrites {
  readonly rows: Map<string, { readonly write: RowWrite; readonly isNew: boolean }>;
  readonly transfers: At<Transfer>[];
  readonly entries: At<Entry>[];
  readonly accounts: Map<string, At<Account>>;
  readonly keys: At<PreparedKey>[];
  readonly payees: Map<string, At<NonNullable<PreparedUnit['payee']>>>;
  readonly allowances: Map<string, { readonly allowance: PreparedAllowance; spent: bigint; isNew: boolean }>;
  readonly events: { readonly event: string; readonly now: Date }[];
}

export function noWrites(): BatchWrites {
  return {
    rows: new Map(),
    transfers: [],
    entries: [],
    accounts: new Map(),
    keys: [],
    payees: new Map(),
    allowances: new Map(),
    events: [],
  };
}

/**
 * Decides one unit on what the units before it have left. A refused one leaves state and writes as they were.
 * @returns why it is refused; undefined where it is accepted
 */
export function decideUnit(
  state: BatchState,
  writes: BatchWrites,
  { unit, commands }: BoundUnit,
): Refusal | undefined {
  const refusal = taken(state, unit) ?? stale(state, unit) ?? aboveAllowance(state, unit);
  if (refusal !== undefined) return refusal;
  const applied = applyUnit(state.ledger, commands, unit.statuses);
  if ('refusal' in applied) return applied.refusal;
  absorb(state.ledger, applied);
  const { now } = unit;
  for (const [id, account] of applied.accounts) writes.accounts.set(id, { ...account, now });
  for (const transfer of applied.transfers) writes.transfers.push({ ...transfer, now });
  for (const entry of applied.entries) writes.entries.push({ ...entry, now });
  accept(state, writes, unit);
  return undefined;
}

function taken({ keys }: BatchState, { key }: PreparedUnit): Refusal | undefined {
  const first = key && keys.get(key.id);
  if (first !== undefined) return { reason: 'KEY_TAKEN', ...first };
}

function stale({ versions }: BatchState, { rows }: PreparedUnit): Refusal | undefined {
  for (const { id, write } of rows) {
    if ((versions.get(id) ?? 0) !== write.expected_version) {
      const { table, row } = write;
      return { reason: 'STALE', table, id: table === 'payments' ? row.payment_id : row.refund_id };
    }
  }
}

function aboveAllowance({ spent }: BatchState, { unscreened }: PreparedUnit): Refusal | undefined {
  if (unscreened === undefined) return;
  const left_minor = unscreened.allowance_minor - (spent.get(unscreened.id) ?? 0n);
  if (unscreened.amount_minor > left_minor) return { reason: 'UNSCREENED_ALLOWANCE', left_minor };
}

function accept(state: BatchState, writes: BatchWrites, unit: PreparedUnit): void {
  const { now, key, rows, payee, unscreened, events } = unit;
  if (key !== undefined) {
    state.keys.set(key.id, key);
    writes.keys.push({ ...key, now });
  }
  for (const { id, write } of rows) {
    state.versions.set(id, write.row.version);
    const isNew = writes.rows.get(id)?.isNew ?? write.expected_version === 0;
    writes.rows.set(id, { write, isNew });
  }
  if (payee !== undefined) writes.payees.set(`${payee.user_id} ${payee.payee_id}`, { ...payee, now });
  if (unscreened !== undefined) {
    const before = state.spent.get(unscreened.id);
    const spent = (before ?? 0n) + unscreened.amount_minor;
    const isNew = writes.allowances.get(unscreened.id)?.isNew ?? before === undefined;
    state.spent.set(unscreened.id, spent);
    writes.allowances.set(unscreened.id, { allowance: unscreened, spent, isNew });
  }
  for (const event of events) writes.events.push({ event, now });
}
