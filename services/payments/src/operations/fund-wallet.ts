import { defineMoneyOperation, moneyInput } from '@florin/chassis';
import { amountSchema, formatMoney } from '@florin/money';
import { z } from 'zod';
import type { PaymentsDeps } from '../deps.js';
import { chargeSource } from '../methods/provider-places.js';
import { boundArguments, makePayment } from '../payments/make-payment.js';
import { planFunding } from '../payments/plan-own-money.js';
import { loadPayment } from '../store/payments.js';
import { currencyArgument, paymentOutput, personOf, toPayment, walletId } from './fields.js';

const id = '[0-7][0-9a-hjkmnp-tv-z]{25}';

export const fundWallet = defineMoneyOperation<PaymentsDeps>()({
  name: 'fund_wallet',
  title: 'Add money to a wallet',
  description:
    "Moves money into the person's own wallet from a saved card (at once) or from a bank account (days, pending until " +
    'settled). Confirm amount and source with the person first. If the result has an action_url, show them that link; if it ' +
    'says approval_required, show its link, wait, and repeat the call with its approval_id and the same idempotency_key.',
  scopes: ['payments:write'],
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: true },
  input: z.strictObject({
    wallet_id: walletId.describe("The person's wallet that gets the money, as list_wallets names it."),
    source_id: z
      .string()
      .max(64)
      .regex(new RegExp(`^(pm|acc)_${id}$`), {
        error: 'must be a method of list_payment_methods ("pm_…") or an account of list_accounts ("acc_…")',
      })
      .describe('What pays: a method of list_payment_methods, or a linked account of list_accounts.')
      .meta({ examples: ['pm_01jd5c3k8qf6t9w2x4y7z0a1b2'] }),
    amount: amountSchema.describe('What the wallet gets, as a decimal string; a fee is paid besides.'),
    currency: currencyArgument,
    ...moneyInput,
  }),
  output: z.strictObject(paymentOutput),

  async prepare({ wallet_id, source_id, amount, currency }, { actor, deps, now }) {
    const ask = { wallet_id, outside_id: source_id, amount, currency };
    const { plan, total, summary } = await planFunding(deps, personOf(actor), ask, now);
    return {
      plan,
      object_id: plan.payment_id,
      total: formatMoney(total),
      arguments: boundArguments(plan),
      summary,
      source_id,
      destination_id: wallet_id,
    };
  },

  async run(plan, permit, context) {
    const { deps, now } = context;
    // Before anything is written: a bank account that cannot be reached is refused, and not a payment that fails.
    if (permit.screening !== 'declined') await chargeSource(deps, permit.user_id, plan.source_id, now);
    return toPayment(await makePayment(plan, permit, context), permit.user_id);
  },

  async replay(object_id, { actor, deps }) {
    const row = await loadPayment(deps.db, object_id);
    if (row === undefined) throw new Error('a payment whose key is kept is not there');
    return { ...toPayment(row, actor.user_id), replayed: true };
  },
});
