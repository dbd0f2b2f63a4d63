import { type Context, KeyTaken, type Permit } from '@florin/chassis';
import type { PaymentsDeps } from '../deps.js';
import type { PaymentRow } from '../ledger/unit.js';
import { loadPayment } from '../store/payments.js';
import { sendNew } from './advance.js';
import { beginUnit, type PaymentPlan } from './begin-payment.js';
import { writtenPayment } from './change-payment.js';
import { refusalFault } from './refusal-fault.js';

/**
 * Commits the payment, and takes it to the provider where that is needed. What is committed is never answered by an error:
 * where the provider's answer cannot be kept now, the worker finds it out.
 * @throws KeyTaken, and the Fault of what the ledger refuses: then nothing was written
 */
export async function makePayment(
  plan: PaymentPlan,
  permit: Permit,
  { deps, now, traceparent, logger }: Context<PaymentsDeps>,
): Promise<PaymentRow> {
  const unit = beginUnit(plan, permit, { now, mode: deps.mode, traceparent });
  const outcome = await deps.writer.submit(unit);
  if (!outcome.committed) {
    if (outcome.refusal.reason === 'KEY_TAKEN') throw new KeyTaken();
    throw refusalFault(outcome.refusal, plan);
  }
  const row = writtenPayment(unit);
  if (row.provider_sent_at === null) return row;
  try {
    return await sendNew(deps, row, now);
  } catch (error) {
    logger.error({ err: error, payment_id: row.payment_id }, 'a payment is left to the worker');
    return (await loadPayment(deps.db, row.payment_id).catch(() => undefined)) ?? row;
  }
}

/** What an approval of the payment is bound to. */
export function boundArguments(plan: PaymentPlan): object {
  const { kind, source_id, destination_id, payee_user_id, currency, description } = plan;
  const { amount_minor, fee_minor } = plan;
  return {
    kind,
    source_id,
    destination_id,
    payee_user_id,
    amount_minor: String(amount_minor),
    fee_minor: String(fee_minor),
    currency,
    ...(description !== null && { description }),
  };
}
