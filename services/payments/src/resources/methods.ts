import { defineResource, userIdSchema } from '@florin/chassis';
import { z } from 'zod';
import type { PaymentsDeps } from '../deps.js';
import { listPaymentMethods } from '../operations/list-payment-methods.js';

export const methods = defineResource<PaymentsDeps>()({
  name: 'methods',
  title: 'Payment methods',
  description: 'A person\'s saved cards and bank accounts, the first 100. "me" is whoever is signed in.',
  uri: 'payments://{user_id}/methods',
  scopes: ['payments:read'],
  params: z.strictObject({ user_id: userIdSchema }),
  output: listPaymentMethods.output,

  async read({ user_id }, context) {
    return { data: await listPaymentMethods.run({ user_id, page_size: 100 }, context) };
  },
});
