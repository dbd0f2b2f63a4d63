import { newId } from '@florin/chassis';
import type { Decision, LedgerStep } from '../domain/payment/decide.js';
import type { HouseAccount } from '../ledger/house-accounts.js';
import type { AccountRef, LedgerCommand, PaymentRow, Unit } from '../ledger/unit.js';
import { paymentEvent } from './payment-event.js';

export const CLEARING: HouseAccount = { house: 'clearing:stripe' };
export const FEES: HouseAccount = { house: 'fees' };

/** A decision of the domain, and whatever else of the row changes with it. */
export type RowDecision = Omit<Decision, 'changes'> & { readonly changes: Partial<PaymentRow> };

/** What a decision changes, as one unit: the row from the version that it was decided from, the ledger, the event. */
export function decisionUnit(row: PaymentRow, decision: RowDecision, now: Date): Unit {
  const { changes, steps, event, freeze } = decision;
  const next: PaymentRow = {
    ...row,
    ...changes,
    version: row.version + 1,
    events: row.events + (event === undefined ? 0 : 1),
    updated_at: now,
  };
  return {
    now,
    rows: [{ table: 'payments', row: next, expected_version: row.version }],
    commands: steps.flatMap((step) => commandsOf(row, step)),
    ...(steps.some(({ step }) => step === 'settle') && paidPayee(row)),
    ...(freeze && { account_status: [{ account_id: row.destination_id, status: 'frozen' }] }),
    events: event === undefined ? [] : [paymentEvent(next, event.name, { reason: event.reason })],
  };
}

/** Whom the person has paid once the money has moved, and not before: what is held or declined makes nobody known. */
export function paidPayee({ user_id, payee_user_id, destination_id }: PaymentRow): Pick<Unit, 'payee'> {
  return payee_user_id === user_id ? {} : { payee: { user_id, payee_id: destination_id } };
}

function commandsOf(row: PaymentRow, step: LedgerStep): LedgerCommand[] {
  const owed: HouseAccount = { house: 'receivable', user_id: row.payee_user_id };
  switch (step.step) {
    case 'settle':
      return reserved(row).map(({ pending_id, amount_minor }) => ({
        kind: 'post',
        transfer_id: newId('trf'),
        pending_id,
        amount_minor,
        reference: row.payment_id,
      }));
    case 'release':
      return reserved(row).map(({ pending_id }) => ({
        kind: 'void',
        transfer_id: newId('trf'),
        pending_id,
        reference: row.payment_id,
      }));
    case 'owe':
      return [move(row, owed, CLEARING, step.amount_minor)];
    case 'forgive':
      return [move(row, CLEARING, owed, step.amount_minor)];
    case 'provider_fee':
      return [move(row, { house: 'provider_fees' }, CLEARING, step.amount_minor)];
    case 'give_back':
      return [
        { ...move(row, CLEARING, row.source_id, row.amount_minor), comes_back: true },
        ...(row.fee_minor > 0n
          ? [{ ...move(row, FEES, row.source_id, row.fee_minor), comes_back: true }]
          : []),
      ];
  }
}

/** The pending transfers of the payment: of its amount, and of its fee. */
function reserved(row: PaymentRow): { pending_id: string; amount_minor: bigint }[] {
  const { transfer_id, fee_transfer_id, amount_minor, fee_minor } = row;
  return [
    ...(transfer_id === null ? [] : [{ pending_id: transfer_id, amount_minor }]),
    ...(fee_transfer_id === null ? [] : [{ pending_id: fee_transfer_id, amount_minor: fee_minor }]),
  ];
}

function move(row: PaymentRow, debit: AccountRef, credit: AccountRef, amount_minor: bigint) {
  const { currency, payment_id } = row;
  return {
    kind: 'single' as const,
    transfer_id: newId('trf'),
    debit,
    credit,
    amount_minor,
    currency,
    reference: payment_id,
  };
}
