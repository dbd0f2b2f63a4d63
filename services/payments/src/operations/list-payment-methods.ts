import { defineOperation, pageInput, pageOutput, userIdSchema } from '@florin/chassis';
import { z } from 'zod';
import type { PaymentsDeps } from '../deps.js';
import { listMethods } from '../store/payment-methods.js';
import { methodSchema, methodsOwner, toMethod } from './method-fields.js';

export const listPaymentMethods = defineOperation<PaymentsDeps>()({
  name: 'list_payment_methods',
  title: 'List payment methods',
  description:
    "Lists the person's saved cards and bank accounts. Their ids (pm_…) are what fund_wallet and initiate_payment take as " +
    'the source. Empty when there is none yet: offer create_payment_method_setup.',
  scopes: ['payments:read'],
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: z.strictObject({ user_id: userIdSchema, ...pageInput }),
  output: z.strictObject({
    payment_methods: z.array(methodSchema).describe('The methods, in the order in which they were added.'),
    ...pageOutput,
  }),

  async run({ user_id, page_size, page_token }, { actor, deps, now }) {
    const owner = methodsOwner(actor, user_id);
    const query = ['list_payment_methods', owner];
    const after = page_token === undefined ? undefined : deps.pageTokens.read(query, page_token);
    const rows = await listMethods(owner, deps.db, { limit: page_size + 1, after });
    const page = rows.slice(0, page_size);
    const last = page.at(-1);
    return {
      payment_methods: page.map((row) => toMethod(row, now)),
      ...(rows.length > page_size &&
        last && { next_page_token: deps.pageTokens.issue(query, last.payment_method_id) }),
    };
  },
});
