import { argumentsHash, idToUuid, newId, uuidToId } from '@florin/chassis';
import { type Fault, fault } from '@florin/faults';
import type { MinorUnits } from '@florin/money';
import type { RawSql } from '@florin/postgres';
import type { HouseAccount } from '../ledger/house-accounts.js';
import type { LedgerCommand, LedgerWriter, Refusal, Unit, UnitEvent } from '../ledger/unit.js';
import { walletsOf } from '../ledger/wallets.js';
import { refusalFault } from '../payments/refusal-fault.js';

/** Another service that moves money of the person for whom it acts. */
export interface ServiceCall {
  service: string;
  user_id: string;
  now: Date;
  traceparent: string;
}

interface Deps {
  sql: RawSql;
  writer: LedgerWriter;
}

type Keyed = { idempotency_key: string };
type Move = Keyed & MinorUnits & { wallet_id: string; reference: string };

/** Sets money of a wallet aside for the service. @returns trf_… @throws Fault */
export async function reserveFunds(deps: Deps, call: ServiceCall, ask: Move): Promise<string> {
  await requireWallet(deps, call, ask.wallet_id);
  return submit(deps, call, { name: 'reserve', ask }, (transfer_id) => ({
    commands: [moveCommand('pending', transfer_id, call, ask, 'from_wallet')],
    events: [],
  }));
}

/** Moves money between the wallet and the service's own account, at once. @returns trf_… @throws Fault */
export async function moveFunds(
  deps: Deps,
  call: ServiceCall,
  ask: Move & { way: 'from_wallet' | 'to_wallet' },
): Promise<string> {
  await requireWallet(deps, call, ask.wallet_id);
  return submit(deps, call, { name: 'transfer', ask }, (transfer_id) => ({
    commands: [moveCommand('single', transfer_id, call, ask, ask.way)],
    events: [posted(transfer_id, call, ask.wallet_id)],
  }));
}

/** Takes what was reserved, or the part that is named; the rest is released. @returns trf_… of the taking @throws Fault */
export async function postFunds(
  deps: Deps,
  call: ServiceCall,
  ask: Keyed & { transfer_id: string; part?: MinorUnits },
): Promise<string> {
  const reserved = await requireReserved(deps, call, ask.transfer_id);
  const { currency, amount_minor: all_minor } = reserved;
  if (ask.part !== undefined && ask.part.currency !== currency) {
    throw fault('CURRENCY_MISMATCH', `The reserved money is in ${currency}.`);
  }
  const amount_minor = ask.part?.amount_minor ?? all_minor;
  return submit(deps, call, { name: 'post', ask }, (transfer_id) => ({
    commands: [
      { kind: 'post', transfer_id, pending_id: ask.transfer_id, amount_minor, reference: reserved.reference },
    ],
    events: [posted(transfer_id, call, reserved.wallet_id)],
  }));
}

/** Releases what was reserved. @returns trf_… of the release @throws Fault */
export async function voidFunds(
  deps: Deps,
  call: ServiceCall,
  ask: Keyed & { transfer_id: string },
): Promise<string> {
  const { reference } = await requireReserved(deps, call, ask.transfer_id);
  return submit(deps, call, { name: 'void', ask }, (transfer_id) => ({
    commands: [{ kind: 'void', transfer_id, pending_id: ask.transfer_id, reference }],
    events: [],
  }));
}

/** One unit, once for each key of the service. */
async function submit(
  { writer }: Deps,
  { service, user_id, now }: ServiceCall,
  { name, ask }: { name: string; ask: Keyed },
  make: (transfer_id: string) => Pick<Unit, 'commands' | 'events'>,
): Promise<string> {
  const transfer_id = newId('trf');
  const input_hash = argumentsHash(hashable(ask));
  const { idempotency_key } = ask;
  const outcome = await writer.submit({
    now,
    key: { user_id, operation: `${service} ${name}`, idempotency_key, input_hash, object_id: transfer_id },
    rows: [],
    ...make(transfer_id),
  });
  if (outcome.committed) return transfer_id;
  const { refusal } = outcome;
  if (refusal.reason !== 'KEY_TAKEN') throw toFault(refusal, ask);
  if (refusal.input_hash === input_hash) return refusal.object_id;
  throw fault('IDEMPOTENCY_KEY_REUSED', 'This idempotency_key was used for something else. Use a new one.');
}

/** JSON has no bigint. */
function hashable(ask: object): object {
  return JSON.parse(
    JSON.stringify(ask, (_name, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
  ) as object;
}

function moveCommand(
  kind: 'single' | 'pending',
  transfer_id: string,
  { service }: ServiceCall,
  { wallet_id, amount_minor, currency, reference }: Move,
  way: 'from_wallet' | 'to_wallet',
): LedgerCommand {
  const own: HouseAccount = { house: `service:${service}` };
  const [debit, credit] = way === 'from_wallet' ? [wallet_id, own] : [own, wallet_id];
  return { kind, transfer_id, debit, credit, amount_minor, currency, reference };
}

function posted(
  transfer_id: string,
  { service, user_id, traceparent }: ServiceCall,
  wallet_id: string,
): UnitEvent {
  return {
    id: newId('evt'),
    type: 'florin.payments.transfer.posted.v1',
    aggregate_id: transfer_id,
    sequence: 1n,
    data: { transfer_id, wallet_id, user_id, service },
    ...(traceparent !== '' && { traceparent }),
    resources: [`payments://${user_id}/wallets`],
  };
}

async function requireWallet({ sql }: Deps, { user_id }: ServiceCall, wallet_id: string): Promise<void> {
  const wallets = await walletsOf(sql, user_id);
  if (!wallets.some((wallet) => wallet.wallet_id === wallet_id)) {
    throw fault('NOT_FOUND', 'The person has no such wallet.');
  }
}

interface Reserved extends MinorUnits {
  wallet_id: string;
  reference: string;
}

/** What this service has reserved of this person; another's is not found. */
async function requireReserved(
  { sql }: Deps,
  { service, user_id }: ServiceCall,
  transfer_id: string,
): Promise<Reserved> {
  const [row] = await sql<(MinorUnits & { account_id: string; reference: string })[]>`
    select amount_minor, transfers.currency, reference, wallet.account_id
    from transfers
      join accounts as wallet on wallet.account_id = debit_account_id
      join accounts as own on own.account_id = credit_account_id
    where transfer_id = ${idToUuid(transfer_id, 'trf')} and kind = 'pending'
      and wallet.user_id = ${idToUuid(user_id, 'usr')} and own.purpose = ${`service:${service}`}`;
  if (row === undefined) throw fault('NOT_FOUND', 'Nothing of this person was reserved under that id.');
  const { account_id, ...reserved } = row;
  return { ...reserved, wallet_id: uuidToId('wal', account_id) };
}

function toFault(refusal: Refusal, ask: object): Fault {
  const currency = 'currency' in ask && typeof ask.currency === 'string' ? ask.currency : '';
  switch (refusal.reason) {
    case 'ALREADY_RESOLVED':
      return fault('FAILED_PRECONDITION', 'What was reserved has been posted or voided already.');
    case 'MORE_THAN_PENDING':
      return fault('FAILED_PRECONDITION', 'This is more than was reserved.', {
        details: { reserved_minor: String(refusal.pending_minor) },
      });
    default:
      return refusalFault(refusal, { currency });
  }
}
