import { defineMoneyOperation, idSchema, moneyInput } from '@florin/chassis';
import { amountSchema, formatMoney } from '@florin/money';
import { z } from 'zod';
import type { PaymentsDeps } from '../deps.js';
import { payoutTarget } from '../methods/provider-places.js';
import { requirePayouts } from '../methods/require-payouts.js';
import { boundArguments, makePayment } from '../payments/make-payment.js';
import { planWithdrawal } from '../payments/plan-own-money.js';
import { loadPayment } from '../store/payments.js';
import { currencyArgument, paymentOutput, personOf, toPayment, walletId } from './fields.js';

export const withdrawFromWallet = defineMoneyOperation<PaymentsDeps>()({
  name: 'withdraw_from_wallet',
  title: 'Withdraw money to a bank account',
  description:
    "Moves money from the person's own wallet to their linked bank account. The money is set aside at once and arrives within " +
    'days; should the bank refuse it, it comes back to the wallet. The first withdrawal to an account is always approved by ' +
    'the person: if the result says approval_required, show the link, wait, and repeat the call with its approval_id and the ' +
    'same idempotency_key.',
  scopes: ['payments:write'],
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: true },
  input: z.strictObject({
    wallet_id: walletId.describe("The person's wallet that pays, as list_wallets names it."),
    account_id: idSchema('acc', 'The linked bank account that is paid, as list_accounts names it.'),
    amount: amountSchema.describe('What the bank account gets, as a decimal string; a fee is paid besides.'),
    currency: currencyArgument,
    ...moneyInput,
  }),
  output: z.strictObject(paymentOutput),

  async prepare({ wallet_id, account_id, amount, currency }, { actor, deps }) {
    const ask = { wallet_id, outside_id: account_id, amount, currency };
    const { plan, total, summary, isKnown } = await planWithdrawal(deps, personOf(actor), ask);
    return {
      plan,
      object_id: plan.payment_id,
      total: formatMoney(total),
      arguments: boundArguments(plan),
      summary,
      source_id: wallet_id,
      destination_id: account_id,
      ...(!isKnown && { always_ask: 'a new withdrawal account' }),
    };
  },

  async run(plan, permit, context) {
    const { deps, now } = context;
    // Before anything is written: who cannot be paid, or not at this bank account, is told so, and has no payment that fails.
    if (permit.screening !== 'declined') {
      const target = await payoutTarget(deps, permit.user_id, plan.destination_id, now);
      await requirePayouts(deps, target.provider_account_id);
    }
    return toPayment(await makePayment(plan, permit, context), permit.user_id);
  },

  async replay(object_id, { actor, deps }) {
    const row = await loadPayment(deps.db, object_id);
    if (row === undefined) throw new Error('a payment whose key is kept is not there');
    return { ...toPayment(row, actor.user_id), replayed: true };
  },
});
