import { defineResource, userIdSchema } from '@florin/chassis';
import { z } from 'zod';
import type { PaymentsDeps } from '../deps.js';
import { listPayments } from '../operations/list-payments.js';

const { start_date, end_date, page_token } = listPayments.input.shape;

export const history = defineResource<PaymentsDeps>()({
  name: 'history',
  title: 'Payment history',
  description: 'What a person has paid and was paid, the newest first, a page at a time.',
  uri: 'payments://{user_id}/history{?start_date,end_date,page_token}',
  scopes: ['payments:read'],
  params: z.strictObject({ user_id: userIdSchema, start_date, end_date, page_token }),
  output: listPayments.output,

  async read(params, context) {
    return { data: await listPayments.run({ ...params, page_size: 25 }, context) };
  },
});
