import { idToUuid } from '@florin/chassis';
import { newOutboxRow } from '@florin/postgres';
import type { StatusChange } from '../domain/ledger/apply.js';
import type { Command } from '../domain/ledger/ledger.js';
import type { HouseAccounts } from './house-accounts.js';
import type { AccountRef, LedgerCommand, RowWrite, Unit } from './unit.js';

export interface PreparedKey {
  /** Of all its parts. */
  readonly id: string;
  readonly user_id: string;
  readonly operation: string;
  readonly idempotency_key: string;
  readonly input_hash: string;
  readonly object_id: string;
}

export interface PreparedAllowance {
  readonly id: string;
  readonly user_id: string;
  readonly day: string;
  readonly currency: string;
  readonly amount_minor: bigint;
  readonly allowance_minor: bigint;
}

/** A unit as the tables have it: uuids for ids, text for events. What is wrong with it has been thrown by now. */
export interface PreparedUnit {
  readonly now: Date;
  readonly key: PreparedKey | undefined;
  readonly rows: readonly { readonly id: string; readonly write: RowWrite }[];
  readonly commands: readonly LedgerCommand[];
  readonly statuses: readonly StatusChange[];
  readonly payee: { readonly user_id: string; readonly payee_id: string } | undefined;
  readonly unscreened: PreparedAllowance | undefined;
  readonly events: readonly string[];
}

/** @throws Error where the unit is none: a programmer's error */
export function prepareUnit(unit: Unit): PreparedUnit {
  const { now, key, rows, commands, payee, unscreened, account_status = [], events } = unit;
  return {
    now,
    key: key && { ...key, id: keyId(key), user_id: idToUuid(key.user_id, 'usr') },
    rows: rows.map(prepareRow),
    commands,
    statuses: account_status.map((change) => ({
      account_id: idToUuid(change.account_id, 'wal'),
      status: change.status,
    })),
    payee: payee && { user_id: idToUuid(payee.user_id, 'usr'), payee_id: payee.payee_id },
    unscreened: unscreened && prepareAllowance(unscreened, now),
    events: events.map((event) => JSON.stringify(newOutboxRow(event, now).event)),
  };
}

function keyId({ user_id, operation, idempotency_key }: NonNullable<Unit['key']>): string {
  return `${user_id} ${operation} ${idempotency_key}`;
}

function prepareRow(write: RowWrite) {
  if (write.row.version !== write.expected_version + 1) {
    throw new Error(`version ${write.row.version} does not follow ${write.expected_version}`);
  }
  const id =
    write.table === 'payments' ? idToUuid(write.row.payment_id, 'pay') : idToUuid(write.row.refund_id, 'ref');
  return { id, write };
}

function prepareAllowance(unscreened: NonNullable<Unit['unscreened']>, now: Date): PreparedAllowance {
  const day = now.toISOString().slice(0, 10);
  const { user_id, currency } = unscreened;
  return {
    ...unscreened,
    id: `${user_id} ${day} ${currency}`,
    user_id: idToUuid(user_id, 'usr'),
    day,
  };
}

/** The commands with the uuids of their accounts, those of the house on the lane's own stripe. */
export function bindCommands(
  { commands, now }: PreparedUnit,
  house: HouseAccounts,
  stripe: number,
): Promise<Command[]> {
  const account = (ref: AccountRef, currency: string) =>
    typeof ref === 'string' ? idToUuid(ref, 'wal') : house.find(ref, currency, stripe, now);
  return Promise.all(
    commands.map(async (command): Promise<Command> => {
      const transfer_id = idToUuid(command.transfer_id, 'trf');
      switch (command.kind) {
        case 'post':
        case 'void':
          return { ...command, transfer_id, pending_id: idToUuid(command.pending_id, 'trf') };
        case 'reversal':
          return { ...command, transfer_id, reverses_id: idToUuid(command.reverses_id, 'trf') };
        default: {
          const { debit, credit, ...move } = command;
          return {
            ...move,
            transfer_id,
            debit_account_id: await account(debit, command.currency),
            credit_account_id: await account(credit, command.currency),
          };
        }
      }
    }),
  );
}
