import { fault } from '@florin/faults';
import { becomeUnknown, decide } from '../domain/payment/decide.js';
import { decideCancel } from '../domain/payment/held.js';
import { isUnderway } from '../domain/payment/status.js';
import type { PaymentRow } from '../ledger/unit.js';
import { ProviderUnavailable, ProviderUnknown } from '../providers/payment-provider.js';
import { findPayment } from '../store/payments.js';
import type { AdvanceDeps } from './advance.js';
import { lookUp } from './ask-provider.js';
import { changePayment } from './change-payment.js';

/**
 * Ends a payment that was not sent; asks the provider to stop one that was. What the provider then says counts, whichever
 * way it is.
 * @throws Fault NOT_FOUND, NOT_CANCELABLE, PROVIDER_UNAVAILABLE
 */
export async function cancelPayment(
  deps: AdvanceDeps,
  user_id: string,
  payment_id: string,
  now: Date,
): Promise<PaymentRow> {
  const found = await findPayment(user_id, deps.db, payment_id);
  if (found === undefined || found.user_id !== user_id) {
    throw fault('NOT_FOUND', 'You make no such payment. Call list_payments to see those you have.');
  }
  const row = await changePayment(deps, payment_id, now, (current) => {
    const cancel = decideCancel(current, current.provider_sent_at !== null);
    return cancel.can === 'now' ? cancel.decision : undefined;
  });
  const cancel = decideCancel(row, row.provider_sent_at !== null);
  if (cancel.can === 'done') return row;
  if (cancel.can === 'ask') return askToStop(deps, row, now);
  throw fault(
    'NOT_CANCELABLE',
    `This payment is ${row.status}: there is nothing left to stop. What was paid can only be given back, by the payee.`,
  );
}

async function askToStop(deps: AdvanceDeps, row: PaymentRow, now: Date): Promise<PaymentRow> {
  try {
    const sent = await lookUp(deps, row, now);
    // A request that is on its way may still arrive: until it has, or has had its time, nothing can be said.
    if (sent === undefined) throw notNow();
    const report =
      row.kind === 'withdrawal' ? sent : await deps.provider.cancelCharge(row.payment_id, sent.provider_id);
    const told = await changePayment(deps, row.payment_id, now, (current) => decide(current, report, now));
    if (isUnderway(told.status) && report.status === 'processing') throw onItsWay();
    return told;
  } catch (error) {
    if (error instanceof ProviderUnavailable) throw notNow(error);
    if (!(error instanceof ProviderUnknown)) throw error;
    return changePayment(deps, row.payment_id, now, (current) => becomeUnknown(current, now));
  }
}

function onItsWay() {
  return fault(
    'NOT_CANCELABLE',
    'This payment is on its way already, and cannot be called back. get_payment tells how it ends.',
  );
}

function notNow(cause?: unknown) {
  return fault(
    'PROVIDER_UNAVAILABLE',
    'The provider cannot be asked to stop it right now. Try again in a moment, or see get_payment.',
    { cause },
  );
}
