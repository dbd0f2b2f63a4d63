import { defineMoneyOperation, idSchema, moneyInput, moneyOutput, newId } from '@florin/chassis';
import { fault } from '@florin/faults';
import { amountSchema, formatMoney, moneySchema, parseAmount } from '@florin/money';
import { z } from 'zod';
import type { PaymentsDeps } from '../deps.js';
import { decideRefund } from '../domain/payment/refund.js';
import type { PaymentRow, RefundRow } from '../ledger/unit.js';
import type { RefundPlan } from '../refunds/begin-refund.js';
import { makeRefund, refundRefused } from '../refunds/make-refund.js';
import { isParty, loadPayment } from '../store/payments.js';
import { loadRefund } from '../store/refunds.js';
import { modeSchema, paymentId, personOf, shortText } from './fields.js';

export const processRefund = defineMoneyOperation<PaymentsDeps>()({
  name: 'process_refund',
  title: 'Refund a payment',
  description:
    'Gives back a payment that the person was paid, in whole or part, from their wallet to whoever paid. Only the payee (or ' +
    'an admin) can do that. Confirm the amount first: it cannot be undone. Without amount it gives back all that is left. If ' +
    'the result says approval_required, show the link, wait, and repeat the call with its approval_id and the same idempotency_key.',
  scopes: ['payments:write'],
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: true },
  input: z.strictObject({
    payment_id: paymentId.describe(
      'The payment that is given back: one with direction "in" of list_payments.',
    ),
    amount: amountSchema
      .optional()
      .describe('How much is given back, in the currency of the payment. Left out: all that is left.')
      .meta({ examples: ['10.00'] }),
    reason: shortText
      .optional()
      .describe('Why. The payer is not shown it.')
      .meta({ examples: ['Item sold out'] }),
    ...moneyInput,
  }),
  output: z.strictObject({
    refund_id: idSchema('ref', 'The refund.').optional(),
    payment_id: idSchema('pay', 'The payment.').optional(),
    amount: moneySchema.optional().describe('What is given back.'),
    ...moneyOutput,
    status: z
      .enum(['held', 'processing', 'unknown', 'succeeded', 'failed', 'approval_required'])
      .describe(
        'succeeded: the payer has it. processing, unknown, held: it is set aside and under way, do not refund again. failed: ' +
          'nothing was given back. approval_required: nothing has happened yet, the person must decide.',
      )
      .meta({ examples: ['succeeded'] }),
    status_reason: z
      .string()
      .optional()
      .describe('Why it has failed.')
      .meta({ examples: ['declined_by_screening'] }),
    mode: modeSchema.optional(),
  }),

  async prepare({ payment_id, amount, reason }, { actor, deps }) {
    const user_id = personOf(actor);
    const payment = await loadPayment(deps.db, payment_id);
    requireRefunder(payment, user_id, actor.roles.includes('admin'));
    const asked = amount === undefined ? undefined : parseAmount(amount, payment.currency).amount_minor;
    const decision = decideRefund(payment, asked);
    if ('reason' in decision) throw refundRefused(decision, payment);
    const { amount_minor } = decision;
    const { currency } = payment;
    const total = formatMoney({ amount_minor, currency });
    const plan: RefundPlan = { refund_id: newId('ref'), payment_id, amount_minor, reason: reason ?? null };
    return {
      plan,
      object_id: plan.refund_id,
      total,
      arguments: { payment_id, amount_minor: String(amount_minor), currency, reason },
      summary: [
        { label: 'Give back', text: `${total.amount} ${currency}` },
        { label: 'Of payment', text: payment_id },
        ...(reason === undefined ? [] : [{ label: 'Because', text: reason }]),
      ],
      source_id: payment.destination_id,
      destination_id: payment.source_id,
      ...(payment.user_id !== user_id && {
        payee: { payee_id: payment.source_id, user_id: payment.user_id, known: true },
      }),
    };
  },

  async run(plan, permit, context) {
    return toRefund(await makeRefund(plan, permit, context), context.deps.mode);
  },

  async replay(object_id, { deps }) {
    const row = await loadRefund(deps.db, object_id);
    if (row === undefined) throw new Error('a refund whose key is kept is not there');
    return { ...toRefund(row, deps.mode), replayed: true };
  },
});

function toRefund(row: RefundRow, mode: string) {
  const { refund_id, payment_id, amount_minor, currency, status, status_reason, receipt_id } = row;
  return {
    refund_id,
    payment_id,
    amount: formatMoney({ amount_minor, currency }),
    status,
    ...(status_reason !== null && { status_reason }),
    receipt_id,
    mode,
    replayed: false,
  };
}

/** @throws Fault NOT_FOUND for whoever has nothing to do with it, PERMISSION_DENIED for the payer */
function requireRefunder(
  payment: PaymentRow | undefined,
  user_id: string,
  isAdmin: boolean,
): asserts payment is PaymentRow {
  if (payment !== undefined && isAdmin) return;
  if (payment === undefined || !isParty(user_id, payment)) {
    throw fault('NOT_FOUND', 'You have no such payment. Call list_payments to see those you have.');
  }
  if (payment.payee_user_id === user_id) return;
  throw fault(
    'PERMISSION_DENIED',
    'Only who was paid can give it back: ask the payee. What is not paid yet is stopped by cancel_payment.',
  );
}
