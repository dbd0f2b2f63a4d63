import { defineMoneyOperation, moneyInput } from '@florin/chassis';
import { amountSchema, formatMoney } from '@florin/money';
import { z } from 'zod';
import type { PaymentsDeps } from '../deps.js';
import { boundArguments, makePayment } from '../payments/make-payment.js';
import { planPayment } from '../payments/plan-payment.js';
import { loadPayment } from '../store/payments.js';
import { currencyArgument, paymentOutput, personOf, shortText, toPayment } from './fields.js';

const id = '[0-7][0-9a-hjkmnp-tv-z]{25}';

/** What is paid, from where, to whom: the same for a preview. */
export const paymentArguments = {
  source_id: z
    .string()
    .max(64)
    .regex(new RegExp(`^(wal|pm)_${id}$`), {
      error:
        'must be a whole wallet id of list_wallets ("wal_…") or a method of list_payment_methods ("pm_…")',
    })
    .describe('What pays: a wallet of list_wallets, or a payment method of list_payment_methods.')
    .meta({ examples: ['wal_01jd5c3k8qf6t9w2x4y7z0a1b2'] }),
  destination_id: z
    .string()
    .trim()
    .max(254)
    .regex(new RegExp(`^(wal_${id}|[^\\s@]+@[^\\s@]+)$`), {
      error:
        'must be a whole wallet id ("wal_…") or an e-mail address: ask the person for the payee’s e-mail',
    })
    .describe('Who is paid: a wallet id, or the e-mail address of a person who uses Florin.')
    .meta({ examples: ['ben@example.com'] }),
  amount: amountSchema.describe('What the payee gets, as a decimal string; a fee is paid besides.'),
  currency: currencyArgument,
  description: shortText
    .optional()
    .describe('What it is for. Payer and payee can read it.')
    .meta({ examples: ['Dinner on Friday'] }),
};

export const initiatePayment = defineMoneyOperation<PaymentsDeps>()({
  name: 'initiate_payment',
  title: 'Send a payment',
  description:
    "Pays somebody from the person's wallet, or from a saved card or bank account. Confirm amount and payee with the " +
    'person first; preview_payment shows fee and limits. Between wallets it is done at once and final: only the payee can ' +
    'give it back. If the result says approval_required, show the link, wait, and repeat the call with its approval_id and the ' +
    'same idempotency_key.',
  scopes: ['payments:write'],
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: true },
  input: z.strictObject({ ...paymentArguments, ...moneyInput }),
  output: z.strictObject(paymentOutput),

  async prepare(input, { actor, deps, now }) {
    const user_id = personOf(actor);
    const { plan, total, isKnown, summary } = await planPayment(deps, user_id, input, now);
    const { payment_id, source_id, destination_id, payee_user_id } = plan;
    return {
      plan,
      object_id: payment_id,
      total: formatMoney(total),
      arguments: boundArguments(plan),
      summary,
      source_id,
      destination_id,
      ...(payee_user_id !== user_id && {
        payee: { payee_id: destination_id, user_id: payee_user_id, known: isKnown },
      }),
    };
  },

  async run(plan, permit, context) {
    return toPayment(await makePayment(plan, permit, context), permit.user_id);
  },

  async replay(object_id, { actor, deps }) {
    const row = await loadPayment(deps.db, object_id);
    if (row === undefined) throw new Error('a payment whose key is kept is not there');
    return { ...toPayment(row, actor.user_id), replayed: true };
  },
});
