import { defineOperation, type LimitsLeft, whyAsk } from '@florin/chassis';
import { formatMoney, type Money, moneySchema, parseMoney } from '@florin/money';
import { z } from 'zod';
import type { PaymentsDeps } from '../deps.js';
import { planPayment } from '../payments/plan-payment.js';
import { modeSchema, personOf } from './fields.js';
import { paymentArguments } from './initiate-payment.js';

export const previewPayment = defineOperation<PaymentsDeps>()({
  name: 'preview_payment',
  title: 'Preview a payment',
  description:
    'Says what initiate_payment with these arguments would come to: the fee, the total, what the agent may still spend, whether the person will be asked to ' +
    'approve it. Pays nothing. Refuses for the same reasons. Fraud screening happens only when it is really paid.',
  scopes: ['payments:read'],
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: z.strictObject(paymentArguments),
  output: z.strictObject({
    amount: moneySchema.describe('What the payee gets.'),
    fee: moneySchema.describe('What the payer pays besides.'),
    total: moneySchema.describe('What leaves the source.'),
    source_id: z.string().describe('What pays.'),
    destination_id: z.string().describe('The wallet that is paid.'),
    available_after: moneySchema
      .optional()
      .describe('What the wallet has available afterwards; only where a wallet pays.'),
    first_payment_to_payee: z
      .boolean()
      .describe('true: this person has not paid this payee before.')
      .meta({ examples: [true] }),
    approval_likely: z
      .boolean()
      .describe(
        'true: the person will have to approve it in the browser. Fraud screening may ask for it besides.',
      )
      .meta({ examples: [false] }),
    approval_reason: z
      .string()
      .optional()
      .describe('Why.')
      .meta({ examples: ['it is above 250.00 USD'] }),
    limits_left: z
      .strictObject({
        per_transaction: moneySchema.optional().describe('The most at a time.'),
        today: moneySchema.optional().describe('What is left of today (UTC).'),
      })
      .optional()
      .describe(
        'What the person lets this agent spend without asking; only where they set limits. More needs approval.',
      ),
    maximum: moneySchema.optional().describe('The most that one payment may be.'),
    mode: modeSchema,
  }),

  async run(input, { actor, deps, now }) {
    const user_id = personOf(actor);
    const { plan, total, isKnown, available_minor } = await planPayment(deps, user_id, input, now);
    const money = (amount_minor: bigint) => formatMoney({ amount_minor, currency: plan.currency });
    const isOther = plan.payee_user_id !== user_id;
    const limits_left = await deps.limitsLeft(actor);
    const reason = whyAsk(deps.approval_limits, {
      total,
      ...(isOther && { payee: { known: isKnown } }),
      exceeded: whyExceeded(formatMoney(total), limits_left),
    });
    const maximum_minor = deps.maximums.get(plan.currency);
    return {
      amount: money(plan.amount_minor),
      fee: money(plan.fee_minor),
      total: formatMoney(total),
      source_id: plan.source_id,
      destination_id: plan.destination_id,
      ...(available_minor !== undefined && { available_after: money(available_minor - total.amount_minor) }),
      first_payment_to_payee: isOther && !isKnown,
      approval_likely: reason !== undefined,
      ...(reason !== undefined && { approval_reason: reason }),
      ...(limits_left !== undefined && { limits_left }),
      ...(maximum_minor !== undefined && { maximum: money(maximum_minor) }),
      mode: deps.mode,
    };
  },
});

function whyExceeded(total: Money, left: LimitsLeft | undefined): string | undefined {
  const exceeds = (limit: Money | undefined) =>
    limit !== undefined &&
    (limit.currency !== total.currency || parseMoney(total).amount_minor > parseMoney(limit).amount_minor);
  if (exceeds(left?.per_transaction)) return 'above what this agent may spend at a time';
  return exceeds(left?.today) ? 'above what this agent may still spend today' : undefined;
}
