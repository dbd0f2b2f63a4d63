import { defineOperation } from '@florin/chassis';
import { z } from 'zod';
import type { PaymentsDeps } from '../deps.js';
import { cancelPayment as cancel } from '../payments/cancel-payment.js';
import { paymentId, paymentSchema, personOf, toPayment } from './fields.js';

export const cancelPayment = defineOperation<PaymentsDeps>()({
  name: 'cancel_payment',
  title: 'Cancel a payment',
  description:
    'Stops a payment of the person that is held or still under way. What has been paid cannot be canceled: only the payee ' +
    'can give it back. Look at status in the result: the provider may have been faster.',
  scopes: ['payments:write'],
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: true },
  input: z.strictObject({ payment_id: paymentId }),
  output: paymentSchema,

  async run({ payment_id }, { actor, deps, now }) {
    const user_id = personOf(actor);
    return toPayment(await cancel(deps, user_id, payment_id, now), user_id);
  },
});
