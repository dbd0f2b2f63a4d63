import { isRefundUnderway } from '../domain/payment/refund.js';
import { askRefundAgain, decideHeldRefund, decideRefundReport } from '../domain/payment/refund-progress.js';
import type { PaymentRow, RefundRow } from '../ledger/unit.js';
import { type AdvanceDeps, ASKING_MS } from '../payments/advance.js';
import { GIVE_UP_MS } from '../payments/ask-provider.js';
import {
  ProviderRejected,
  ProviderUnavailable,
  ProviderUnknown,
  type RefundReport,
} from '../providers/payment-provider.js';
import { loadPayment } from '../store/payments.js';
import { loadRefund } from '../store/refunds.js';
import { changeRefund } from './change-refund.js';

const HELD_AGAIN_MS = 5 * 60_000;

/** Takes a refund as far as it goes now: the only code that talks with the provider about one. */
export async function advanceRefund(
  deps: AdvanceDeps,
  refund_id: string,
  now: Date,
): Promise<RefundRow | undefined> {
  const loaded = await loadRefund(deps.db, refund_id);
  if (loaded === undefined) return undefined;
  const payment = await loadPayment(deps.db, loaded.payment_id);
  if (payment === undefined) throw new Error('a refund without a payment');
  const row = loaded.status === 'held' ? await leaveHold(deps, loaded, payment, now) : loaded;
  if (isRefundUnderway(row.status)) {
    const isNew = row.provider_id === null && loaded.status === 'held';
    return report(deps, row, now, () =>
      isNew ? send(deps, row, payment) : findOut(deps, row, payment, now),
    );
  }
  return changeRefund(deps, refund_id, now, ({ status, due_at }) =>
    due_at === null || status === 'held' ? undefined : { changes: { due_at: null } },
  );
}

/** A refund that was written as sent a moment ago, by whoever calls this. */
export function sendNewRefund(
  deps: AdvanceDeps,
  row: RefundRow,
  payment: PaymentRow,
  now: Date,
): Promise<RefundRow> {
  return report(deps, row, now, () => send(deps, row, payment));
}

async function leaveHold(
  deps: AdvanceDeps,
  row: RefundRow,
  payment: PaymentRow,
  now: Date,
): Promise<RefundRow> {
  const verdict = await deps.decisionOf(row.refund_id);
  const after = (ms: number) => new Date(now.getTime() + ms);
  return changeRefund(deps, row.refund_id, now, (held) => {
    if (held.status !== 'held') return undefined;
    const decision = decideHeldRefund(held, verdict, payment.kind === 'transfer');
    if (decision === undefined) return { changes: { due_at: after(HELD_AGAIN_MS) } };
    if (decision.changes.status !== 'processing') return decision;
    // What is sent is written first: whoever finds it after a crash knows that it may have arrived.
    const sent = { provider_attempt: 1, provider_sent_at: now, due_at: after(ASKING_MS) };
    return { ...decision, changes: { ...decision.changes, ...sent } };
  });
}

async function send({ provider }: AdvanceDeps, row: RefundRow, payment: PaymentRow): Promise<RefundReport> {
  const { refund_id, provider_attempt: attempt, payment_id, amount_minor } = row;
  if (payment.provider_id === null) throw new Error('a charge without an id of the provider was paid');
  const { provider_id } = payment;
  return provider.refund({ refund_id, attempt, payment_id, provider_id, amount_minor });
}

/** Looked up first, sent again where it never arrived, and given up where that has gone on for too long. */
async function findOut(
  deps: AdvanceDeps,
  row: RefundRow,
  payment: PaymentRow,
  now: Date,
): Promise<RefundReport> {
  const found = await deps.provider.findRefund(row.refund_id, payment.provider_id ?? '');
  if (found !== undefined) return found;
  const sent_at = row.provider_sent_at ?? row.created_at;
  if (now.getTime() - sent_at.getTime() <= GIVE_UP_MS) return send(deps, row, payment);
  return { provider_id: '', status: 'failed', failure: 'provider_not_reached' };
}

async function report(
  deps: AdvanceDeps,
  row: RefundRow,
  now: Date,
  ask: () => Promise<RefundReport>,
): Promise<RefundRow> {
  const answer = await ask().catch((error: unknown) => {
    if (error instanceof ProviderRejected) {
      return { provider_id: '', status: 'failed' as const, failure: error.failure };
    }
    if (error instanceof ProviderUnknown) return 'unknown' as const;
    if (error instanceof ProviderUnavailable) return 'later' as const;
    throw error;
  });
  return changeRefund(deps, row.refund_id, now, (current) =>
    typeof answer === 'string'
      ? askRefundAgain(current, answer === 'unknown', now)
      : decideRefundReport(current, answer, now),
  );
}
