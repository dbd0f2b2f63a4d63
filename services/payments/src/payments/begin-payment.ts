import { newId, type Permit } from '@florin/chassis';
import type { PaymentEvent } from '../domain/payment/decide.js';
import type { Status } from '../domain/payment/status.js';
import type { AccountRef, LedgerCommand, PaymentRow, Unit } from '../ledger/unit.js';
import type { PaymentKind } from '../store/schema.js';
import { ASKING_MS } from './advance.js';
import { CLEARING, FEES, paidPayee } from './decision-unit.js';
import { type Cause, paymentEvent } from './payment-event.js';

/** A payment that is to be: everything looked up and found allowed. */
export interface PaymentPlan {
  payment_id: string;
  kind: PaymentKind;
  /** `wal_…`, or `pm_…` for a charge or funding. */
  source_id: string;
  /** `wal_…`, or `acc_…` for a withdrawal. */
  destination_id: string;
  payee_user_id: string;
  amount_minor: bigint;
  fee_minor: bigint;
  currency: string;
  description: string | null;
}

interface Beginning {
  status: Status;
  reason?: string;
  event: PaymentEvent;
  /** Whether the money moves at once, is reserved, or stays where it is. */
  moves: 'single' | 'pending' | 'none';
  /** Whether the provider is asked next. */
  isSent: boolean;
  /** When a worker looks, should nobody else have come further. */
  due_ms?: number;
}

const HELD_AGAIN_MS = 5 * 60_000;

/** What a payment is at first. */
function beginningOf(kind: PaymentKind, screening: Permit['screening']): Beginning {
  if (screening === 'declined') {
    const reason = 'declined_by_screening';
    return { status: 'declined', reason, event: 'failed', moves: 'none', isSent: false };
  }
  if (screening === 'held') {
    return { status: 'held', event: 'held', moves: 'pending', isSent: false, due_ms: HELD_AGAIN_MS };
  }
  if (kind === 'transfer') return { status: 'succeeded', event: 'succeeded', moves: 'single', isSent: false };
  return { status: 'processing', event: 'created', moves: 'pending', isSent: true, due_ms: ASKING_MS };
}

/** Row, key, transfers and event of a payment that begins, as one unit. */
export function beginUnit(
  plan: PaymentPlan,
  permit: Permit,
  { now, mode, traceparent }: { now: Date; mode: string; traceparent: string },
): Unit {
  const beginning = beginningOf(plan.kind, permit.screening);
  const { user_id, operation, idempotency_key, input_hash } = permit;
  const commands = beginning.moves === 'none' ? [] : commandsOf(plan, beginning.moves);
  const row = rowOf(plan, permit, beginning, commands, { now, mode });
  const { reason, event } = beginning;
  const total_minor = plan.amount_minor + plan.fee_minor;
  return {
    now,
    key: { user_id, operation, idempotency_key, input_hash, object_id: plan.payment_id },
    rows: [{ table: 'payments', row, expected_version: 0 }],
    commands,
    ...(beginning.moves === 'single' && paidPayee(row)),
    ...(permit.unscreened && {
      unscreened: {
        user_id,
        currency: plan.currency,
        amount_minor: total_minor,
        allowance_minor: permit.unscreened.allowance_minor,
      },
    }),
    events: [paymentEvent(row, event, { id: row.receipt_id, reason, cause: causeOf(permit), traceparent })],
  };
}

/** Amount and fee, each as one transfer. */
function commandsOf(plan: PaymentPlan, kind: 'single' | 'pending'): LedgerCommand[] {
  const { payment_id: reference, currency, amount_minor, fee_minor } = plan;
  const isCharge = plan.kind === 'charge' || plan.kind === 'funding';
  const debit: AccountRef = isCharge ? CLEARING : plan.source_id;
  const credit: AccountRef = plan.kind === 'withdrawal' ? CLEARING : plan.destination_id;
  const base = { kind, debit, currency, reference };
  return [
    { ...base, transfer_id: newId('trf'), credit, amount_minor },
    ...(fee_minor > 0n
      ? [{ ...base, transfer_id: newId('trf'), credit: FEES, amount_minor: fee_minor }]
      : []),
  ];
}

function rowOf(
  plan: PaymentPlan,
  permit: Permit,
  { status, reason, isSent, due_ms }: Beginning,
  [amount, fee]: LedgerCommand[],
  { now, mode }: { now: Date; mode: string },
): PaymentRow {
  return {
    ...plan,
    user_id: permit.user_id,
    status,
    status_reason: reason ?? null,
    refunded_minor: 0n,
    returned_minor: 0n,
    disputed: false,
    transfer_id: amount?.transfer_id ?? null,
    fee_transfer_id: fee?.transfer_id ?? null,
    provider_id: null,
    provider_attempt: isSent ? 1 : 0,
    provider_sent_at: isSent ? now : null,
    action_url: null,
    provider_fee_minor: null,
    screening: permit.screening,
    client_id: permit.client_id,
    operation: permit.operation,
    approval_id: permit.approval_id ?? null,
    receipt_id: newId('evt'),
    mode,
    version: 1,
    events: 1,
    due_at: due_ms === undefined ? null : new Date(now.getTime() + due_ms),
    due_attempts: 0,
    created_at: now,
    updated_at: now,
  };
}

/** What the audit log keeps of the call. */
export function causeOf(permit: Permit): Cause {
  const { operation, client_id, arguments_hash, approval_id, screening } = permit;
  return { operation, client_id, arguments_hash, ...(approval_id && { approval_id }), screening };
}
