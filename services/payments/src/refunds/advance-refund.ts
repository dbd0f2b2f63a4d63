import { isRefundUnderway } from '../domain/payment/refund.js';
import {
  askRefundAgain,
  decideHeldRefund,
  decideRefundReport,
  isOver,
  mayComeBack,
  type RefundDecision,
} from '../domain/payment/refund-progress.js';
import type { PaymentRow, RefundRow } from '../ledger/unit.js';
import { type AdvanceDeps, ASKING_MS } from '../payments/advance.js';
import { GIVE_UP_MS } from '../payments/ask-provider.js';
import type { ChangeDeps } from '../payments/change-payment.js';
import {
  type PaymentProvider,
  ProviderRejected,
  ProviderUnavailable,
  ProviderUnknown,
  type RefundReport,
} from '../providers/payment-provider.js';
import { loadPayment } from '../store/payments.js';
import { loadRefund } from '../store/refunds.js';
import { changeRefund } from './change-refund.js';

const HELD_AGAIN_MS = 5 * 60_000;

export interface AdvanceRefundDeps extends ChangeDeps, Pick<AdvanceDeps, 'decisionOf'> {
  provider: Pick<PaymentProvider, 'refund' | 'findRefund'>;
}

/**
 * Takes a refund as far as it goes now: the only code that talks with the provider about one. It is asked about one that
 * was made as well, where a webhook has marked it as due: it may have come back.
 */
export async function advanceRefund(
  deps: AdvanceRefundDeps,
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
  if (mayComeBack(row)) return report(deps, row, now, () => lookUp(deps, row, payment));
  // Looked at as it is by then: one that went on meanwhile is due for a reason.
  return changeRefund(deps, refund_id, now, (current) =>
    current.due_at !== null && isOver(current) ? { changes: { due_at: null } } : undefined,
  );
}

/** A refund that was written as sent a moment ago, by whoever calls this. */
export function sendNewRefund(
  deps: AdvanceRefundDeps,
  row: RefundRow,
  payment: PaymentRow,
  now: Date,
): Promise<RefundRow> {
  return report(deps, row, now, () => send(deps, row, payment));
}

async function leaveHold(
  deps: AdvanceRefundDeps,
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

/** What is kept of an answer: ours of one that the provider never had has no id of its own. */
type Answer = Omit<RefundReport, 'provider_id'> & { provider_id: string | null };

/** A refusal is an answer here, and here alone: of what was sent before, it says nothing. */
async function send({ provider }: AdvanceRefundDeps, row: RefundRow, payment: PaymentRow): Promise<Answer> {
  const { refund_id, provider_attempt: attempt, payment_id, amount_minor } = row;
  const provider_id = chargeOf(payment);
  try {
    return await provider.refund({ refund_id, attempt, payment_id, provider_id, amount_minor });
  } catch (error) {
    if (!(error instanceof ProviderRejected)) throw error;
    return { provider_id: null, status: 'failed', failure: error.failure };
  }
}

function lookUp(
  { provider }: AdvanceRefundDeps,
  { refund_id, provider_id }: RefundRow,
  payment: PaymentRow,
): Promise<Answer | undefined> {
  const charge_id = chargeOf(payment);
  return provider.findRefund({ refund_id, charge_id, ...(provider_id !== null && { provider_id }) });
}

function chargeOf({ provider_id }: PaymentRow): string {
  if (provider_id === null) throw new Error('a charge without an id of the provider was paid');
  return provider_id;
}

/** Looked up first, sent again where it never arrived, and given up where that has gone on for too long. */
async function findOut(
  deps: AdvanceRefundDeps,
  row: RefundRow,
  payment: PaymentRow,
  now: Date,
): Promise<Answer> {
  const found = await lookUp(deps, row, payment);
  if (found !== undefined) return found;
  const sent_at = row.provider_sent_at ?? row.created_at;
  if (now.getTime() - sent_at.getTime() <= GIVE_UP_MS) return send(deps, row, payment);
  return { provider_id: null, status: 'failed', failure: 'provider_not_reached' };
}

async function report(
  deps: AdvanceRefundDeps,
  row: RefundRow,
  now: Date,
  ask: () => Promise<Answer | undefined>,
): Promise<RefundRow> {
  const answer = await ask().catch((error: unknown) => {
    if (error instanceof ProviderUnknown) return 'unknown' as const;
    if (error instanceof ProviderUnavailable) return 'later' as const;
    throw error;
  });
  return changeRefund(deps, row.refund_id, now, (current) => {
    const decision =
      typeof answer === 'string'
        ? askRefundAgain(current, answer === 'unknown', now)
        : answer && decideRefundReport(current, answer, now);
    return current.version === row.version ? decision : overtaken(current, decision, now);
  });
}

/**
 * While the provider was asked, a webhook came or somebody else's answer was kept: this one may be the older. What it says
 * has happened all the same; whether something has happened since, the provider is asked again.
 */
function overtaken(
  current: RefundRow,
  decision: RefundDecision | undefined,
  now: Date,
): RefundDecision | undefined {
  if (decision?.money !== undefined) return { ...decision, changes: { ...decision.changes, due_at: now } };
  const isDue = current.due_at !== null && current.due_at.getTime() <= now.getTime();
  return isDue ? undefined : { changes: { due_at: now } };
}
