import { emptyState, type LedgerState } from '../domain/ledger/apply.js';
import type { Account, Command, Transfer } from '../domain/ledger/ledger.js';
import { arrayText, type LedgerTx } from './bulk.js';
import type { PreparedUnit } from './prepare-unit.js';
import type { RowWrite } from './unit.js';

export interface BoundUnit {
  readonly unit: PreparedUnit;
  readonly commands: readonly Command[];
}

/** What the units of a batch are decided from, read under the locks of all that they change. */
export interface BatchState {
  /** Of the transaction, to ask for its outcome by. */
  readonly xid: string;
  readonly ledger: LedgerState;
  readonly keys: Map<string, { input_hash: string; object_id: string }>;
  /** By uuid. */
  readonly versions: Map<string, number>;
  /** What was spent, by the allowance's id. */
  readonly spent: Map<string, bigint>;
}

/**
 * Locks in one order, whoever does it: accounts by id, payments by id, refunds by id, allowances. What follows a lock is
 * read by a statement of its own: only that one sees what the lock's last holder committed. All statements are sent at
 * once.
 */
export async function readBatch(tx: LedgerTx, batch: readonly BoundUnit[]): Promise<BatchState> {
  const named = batch.flatMap(({ commands }) => commands.flatMap(namedBy));
  // What a batch would insert is not looked for first: ids are new. Where one is not, the batch fails, and the unit is run
  // alone, which finds it.
  const alone = batch.length === 1;
  const own = alone ? batch.flatMap(({ commands }) => commands.map(({ transfer_id }) => transfer_id)) : [];
  const [xid, accounts, transfers, payments, refunds, allowances, settled, keys] = await Promise.all([
    begin(tx),
    lockAccounts(tx, accountsOf(batch), named),
    readTransfers(tx, [...named, ...own]),
    lockVersions(tx, 'payments', batch, alone),
    lockVersions(tx, 'refunds', batch, alone),
    lockAllowances(tx, batch),
    readSettled(tx, named),
    readKeys(tx, batch),
  ]);
  const ledger = emptyState();
  for (const account of accounts) ledger.accounts.set(account.account_id, account);
  for (const transfer of transfers) ledger.transfers.set(transfer.transfer_id, transfer);
  for (const { transfer_id } of settled) ledger.settled.add(transfer_id);
  return {
    xid,
    ledger,
    keys,
    versions: new Map([...payments, ...refunds].map(({ id, version }) => [id, version])),
    spent: allowances,
  };
}

function namedBy(command: Command): string[] {
  if (command.kind === 'post' || command.kind === 'void') return [command.pending_id];
  return command.kind === 'reversal' ? [command.reverses_id] : [];
}

function accountsOf(batch: readonly BoundUnit[]): Set<string> {
  const ids = new Set<string>();
  for (const { unit, commands } of batch) {
    for (const command of commands) {
      if ('debit_account_id' in command) ids.add(command.debit_account_id).add(command.credit_account_id);
    }
    for (const { account_id } of unit.statuses) ids.add(account_id);
  }
  return ids;
}

/**
 * Every look-up here is of a few rows by an index. A plan that was made while a table was small, and is kept, would read
 * the whole of it later.
 */
async function begin(tx: LedgerTx): Promise<string> {
  const [row] = await tx<{ xid: string }[]>`
    select pg_current_xact_id()::text as xid, set_config('plan_cache_mode', 'force_generic_plan', true),
      set_config('enable_seqscan', 'off', true),
      set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)`.execute();
  if (row === undefined) throw new Error('a select without from returned no row');
  return row.xid;
}

function lockAccounts(tx: LedgerTx, ids: Set<string>, named: string[]): Promise<Account[]> {
  const wanted = arrayText([...ids]);
  if (named.length === 0) {
    return tx<Account[]>`
      select account_id, currency, normal_side, min_available_minor, status, debits_posted_minor,
        credits_posted_minor, debits_pending_minor, credits_pending_minor
      from accounts where account_id = any(${wanted}::text::uuid[]) order by account_id for update`.execute();
  }
  // A transfer never changes, so which accounts it moved between can be read before they are locked.
  return tx<Account[]>`
    select account_id, currency, normal_side, min_available_minor, status, debits_posted_minor,
      credits_posted_minor, debits_pending_minor, credits_pending_minor
    from accounts
    where account_id = any(${wanted}::text::uuid[] || array(
      select unnest(array[debit_account_id, credit_account_id]) from transfers
      where transfer_id = any(${arrayText(named)}::text::uuid[])))
    order by account_id for update`.execute();
}

async function readTransfers(tx: LedgerTx, named: string[]): Promise<Transfer[]> {
  if (named.length === 0) return [];
  return tx<Transfer[]>`
    select transfer_id, kind, debit_account_id, credit_account_id, amount_minor, currency, pending_id, reverses_id,
      reference
    from transfers where transfer_id = any(${arrayText(named)}::text::uuid[])`.execute();
}

async function readSettled(tx: LedgerTx, named: string[]): Promise<{ transfer_id: string }[]> {
  if (named.length === 0) return [];
  const ids = arrayText(named);
  return tx<{ transfer_id: string }[]>`
    select pending_id as transfer_id from transfers where pending_id = any(${ids}::text::uuid[])
    union all
    select reverses_id from transfers where reverses_id = any(${ids}::text::uuid[])`.execute();
}

async function lockVersions(
  tx: LedgerTx,
  table: RowWrite['table'],
  batch: readonly BoundUnit[],
  newOnesToo: boolean,
): Promise<{ id: string; version: number }[]> {
  const ids = new Set<string>();
  for (const { unit } of batch) {
    for (const { id, write } of unit.rows) {
      if (write.table === table && (newOnesToo || write.expected_version > 0)) ids.add(id);
    }
  }
  if (ids.size === 0) return [];
  const wanted = arrayText([...ids]);
  return table === 'payments'
    ? tx<{ id: string; version: number }[]>`
        select payment_id as id, version from payments
        where payment_id = any(${wanted}::text::uuid[]) order by payment_id for update`.execute()
    : tx<{ id: string; version: number }[]>`
        select refund_id as id, version from refunds
        where refund_id = any(${wanted}::text::uuid[]) order by refund_id for update`.execute();
}

/** What is not there yet is inserted, and fails the batch where somebody else was first: it is then run again. */
async function lockAllowances(tx: LedgerTx, batch: readonly BoundUnit[]): Promise<Map<string, bigint>> {
  const wanted = new Map(
    batch.flatMap(({ unit: { unscreened } }) => (unscreened ? [[unscreened.id, unscreened]] : [])),
  );
  if (wanted.size === 0) return new Map();
  const allowances = [...wanted.values()];
  const rows = await tx<{ position: bigint; spent_minor: bigint }[]>`
    select wanted.position, spending.spent_minor
    from unnest(${arrayText(allowances.map((one) => one.user_id))}::text::uuid[],
      ${arrayText(allowances.map((one) => one.day))}::text::date[],
      ${arrayText(allowances.map((one) => one.currency))}::text::text[])
      with ordinality as wanted(user_id, day, currency, position)
    join unscreened_spending as spending using (user_id, day, currency)
    order by user_id, day, currency for update of spending`.execute();
  const spent = new Map<string, bigint>();
  for (const { position, spent_minor } of rows) {
    const allowance = allowances[Number(position) - 1];
    if (allowance !== undefined) spent.set(allowance.id, spent_minor);
  }
  return spent;
}

async function readKeys(tx: LedgerTx, batch: readonly BoundUnit[]): Promise<BatchState['keys']> {
  const keys = batch.flatMap(({ unit: { key } }) => (key === undefined ? [] : [key]));
  if (keys.length === 0) return new Map();
  const rows = await tx<{ position: bigint; input_hash: string; object_id: string }[]>`
    select wanted.position, taken.input_hash, taken.object_id
    from unnest(${arrayText(keys.map((one) => one.user_id))}::text::uuid[],
      ${arrayText(keys.map((one) => one.operation))}::text::text[],
      ${arrayText(keys.map((one) => one.idempotency_key))}::text::text[])
      with ordinality as wanted(user_id, operation, idempotency_key, position)
    join idempotency_keys as taken using (user_id, operation, idempotency_key)`.execute();
  const taken: BatchState['keys'] = new Map();
  for (const { position, input_hash, object_id } of rows) {
    const key = keys[Number(position) - 1];
    if (key !== undefined) taken.set(key.id, { input_hash, object_id });
  }
  return taken;
}
