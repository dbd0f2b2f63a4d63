import { defineOperation } from '@florin/chassis';
import { fault } from '@florin/faults';
import { z } from 'zod';
import type { PaymentsDeps } from '../deps.js';
import { findPayment } from '../store/payments.js';
import {
  paymentId,
  paymentSchema,
  personOf,
  toPayment,
  untrustedDescription,
  untrustedOf,
} from './fields.js';

export const getPayment = defineOperation<PaymentsDeps>()({
  name: 'get_payment',
  title: 'Get a payment',
  description:
    'Shows how a payment that the person makes or gets stands now. Use it to follow one that was held, processing or unknown.',
  scopes: ['payments:read'],
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: z.strictObject({ payment_id: paymentId }),
  output: paymentSchema.extend({ untrusted_fields: untrustedDescription }),

  async run({ payment_id }, { actor, deps }) {
    const user_id = personOf(actor);
    const row = await findPayment(user_id, deps.db, payment_id);
    if (row === undefined) {
      throw fault('NOT_FOUND', 'You have no such payment. Call list_payments to see those you have.');
    }
    return { ...toPayment(row, user_id), ...untrustedOf(row, user_id) };
  },
});
