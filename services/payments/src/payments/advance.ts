import { Fault } from '@florin/faults';
import { askLater, becomeUnknown, type Decision, decide, type Report } from '../domain/payment/decide.js';
import { decideHeld, type Verdict } from '../domain/payment/held.js';
import { isPaid, isUnderway } from '../domain/payment/status.js';
import type { PaymentRow } from '../ledger/unit.js';
import type { MethodDeps } from '../methods/method-deps.js';
import { ProviderUnavailable, ProviderUnknown } from '../providers/payment-provider.js';
import { loadPayment } from '../store/payments.js';
import { findOut, lookUp, send } from './ask-provider.js';
import { type ChangeDeps, changePayment } from './change-payment.js';

export interface AdvanceDeps extends MethodDeps, ChangeDeps {
  /** What fraud has decided of a held payment. @throws Fault UNAVAILABLE */
  decisionOf(transaction_id: string): Promise<Verdict>;
}

/** How long whoever has sent a payment is left alone with it. Longer than the provider is waited for. */
export const ASKING_MS = 60_000;
const HELD_AGAIN_MS = 5 * 60_000;

/**
 * Takes a payment as far as it goes now: the only code that talks with the provider about one. Whoever learns that there
 * may be something new calls it: the operation, the worker, a webhook, the reconciler.
 */
export async function advance(
  deps: AdvanceDeps,
  payment_id: string,
  now: Date,
): Promise<PaymentRow | undefined> {
  const loaded = await loadPayment(deps.db, payment_id);
  if (loaded === undefined) return undefined;
  const row = loaded.status === 'held' ? await leaveHold(deps, loaded, now) : loaded;
  if (row.status === 'authorized') return sendFirst(deps, row, now);
  if (isUnderway(row.status)) return report(deps, row, now, () => findOut(deps, row, now));
  if (isPaid(row.status) && row.kind !== 'transfer')
    return report(deps, row, now, () => lookUp(deps, row, now));
  return changePayment(deps, payment_id, now, nothingDue);
}

/** A payment that was written as sent a moment ago, by whoever calls this. */
export function sendNew(deps: AdvanceDeps, row: PaymentRow, now: Date): Promise<PaymentRow> {
  return report(deps, row, now, () => send(deps, row, { now, on_session: true }));
}

async function leaveHold(deps: AdvanceDeps, row: PaymentRow, now: Date): Promise<PaymentRow> {
  const verdict = await deps.decisionOf(row.payment_id);
  const later = { changes: { due_at: new Date(now.getTime() + HELD_AGAIN_MS) }, steps: [] };
  return changePayment(deps, row.payment_id, now, (held) =>
    held.status === 'held' ? (decideHeld(held, verdict, now) ?? later) : undefined,
  );
}

/** What is sent is written first: whoever finds it after a crash knows that it may have arrived. */
async function sendFirst(deps: AdvanceDeps, row: PaymentRow, now: Date): Promise<PaymentRow> {
  const changes = {
    status: 'processing' as const,
    provider_attempt: 1,
    provider_sent_at: now,
    due_at: new Date(now.getTime() + ASKING_MS),
  };
  const written = await changePayment(deps, row.payment_id, now, (current) =>
    current.status === 'authorized' ? { changes, steps: [] } : undefined,
  );
  if (written.status !== 'processing') return written;
  return report(deps, written, now, () => send(deps, written, { now, on_session: false }));
}

async function report(
  deps: AdvanceDeps,
  row: PaymentRow,
  now: Date,
  ask: () => Promise<Report | undefined>,
): Promise<PaymentRow> {
  const rule = await ruleOf(ask, now);
  return changePayment(deps, row.payment_id, now, (current) =>
    current.version === row.version ? rule(current) : overtaken(current, rule, now),
  );
}

/**
 * While the provider was asked, a webhook came or somebody else's answer was kept: this one may be the older. How a payment
 * ends never changes, so that much is taken from it; whatever it is, the provider is asked again.
 */
function overtaken(
  current: PaymentRow,
  rule: (row: PaymentRow) => Decision | undefined,
  now: Date,
): Decision | undefined {
  const decision = isUnderway(current.status) ? rule(current) : undefined;
  if (decision !== undefined) return { ...decision, changes: { ...decision.changes, due_at: now } };
  const isDue = current.due_at !== null && current.due_at.getTime() <= now.getTime();
  return isDue ? undefined : { changes: { due_at: now }, steps: [] };
}

/** What an answer, or none, makes of the payment as it stands by then. */
async function ruleOf(
  ask: () => Promise<Report | undefined>,
  now: Date,
): Promise<(row: PaymentRow) => Decision | undefined> {
  try {
    const answer = await ask();
    if (answer === undefined) return nothingDue;
    return (row) => decide(row, answer, now) ?? nothingDue(row);
  } catch (error) {
    if (error instanceof ProviderUnknown) return (row) => becomeUnknown(row, now) ?? askLater(row, now);
    if (error instanceof ProviderUnavailable || isOutage(error)) return (row) => askLater(row, now);
    throw error;
  }
}

/** Of banking or identity, which were to say where the money is: nothing was sent. */
function isOutage(error: unknown): boolean {
  return error instanceof Fault && error.retryable;
}

/** A worker need not look at it again. */
function nothingDue(row: PaymentRow): Decision | undefined {
  return row.due_at === null ? undefined : { changes: { due_at: null, due_attempts: 0 }, steps: [] };
}
