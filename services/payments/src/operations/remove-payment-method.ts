import { defineOperation } from '@florin/chassis';
import { z } from 'zod';
import type { PaymentsDeps } from '../deps.js';
import { removeMethod } from '../methods/remove-method.js';
import { methodsOwner, paymentMethodId } from './method-fields.js';

export const removePaymentMethod = defineOperation<PaymentsDeps>()({
  name: 'remove_payment_method',
  title: 'Remove a payment method',
  description:
    'Removes a saved card or bank account, here and at the provider. It cannot be undone but by adding it again: ask the ' +
    'person first. Payments already made with it stay as they are. Repeating it is safe.',
  rare: true,
  scopes: ['payments:write'],
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: true },
  input: z.strictObject({ payment_method_id: paymentMethodId }),
  output: z.strictObject({
    payment_method_id: paymentMethodId.describe('The method that is removed.'),
    status: z.literal('removed').describe('What it is now.'),
  }),

  async run({ payment_method_id }, { actor, deps, now, traceparent }) {
    await removeMethod(deps, methodsOwner(actor), payment_method_id, { now, traceparent });
    return { payment_method_id, status: 'removed' as const };
  },
});
