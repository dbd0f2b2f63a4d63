import { defineOperation } from '@florin/chassis';
import { transaction } from '@florin/postgres';
import { z } from 'zod';
import type { PaymentsDeps } from '../deps.js';
import { lockMethods, makeDefault, requireMethod } from '../store/payment-methods.js';
import { methodSchema, methodsOwner, paymentMethodId, toMethod } from './method-fields.js';

export const setDefaultPaymentMethod = defineOperation<PaymentsDeps>()({
  name: 'set_default_payment_method',
  title: 'Choose the default payment method',
  description: 'Makes a saved card or bank account the one to pay with when the person names none.',
  scopes: ['payments:write'],
  hints: { readOnly: false, destructive: false, idempotent: true, openWorld: false },
  rare: true,
  input: z.strictObject({ payment_method_id: paymentMethodId }),
  output: methodSchema,

  async run({ payment_method_id }, { actor, deps, now }) {
    const owner = methodsOwner(actor);
    return transaction(deps.db, async (tx) => {
      await lockMethods(owner, tx);
      const row = await requireMethod(owner, tx, payment_method_id, now);
      await makeDefault(owner, tx, payment_method_id);
      return toMethod({ ...row, is_default: true }, now);
    });
  },
});
