import { defineOperation, userIdSchema } from '@florin/chassis';
import { z } from 'zod';
import type { PaymentsDeps } from '../deps.js';
import { addMethodByToken } from '../methods/add-method.js';
import { methodSchema, methodsOwner, toMethod } from './method-fields.js';

export const addPaymentMethod = defineOperation<PaymentsDeps>()({
  name: 'add_payment_method',
  title: 'Add a payment method',
  description:
    "Saves a card or bank account by a token that the provider's own form has made. Never ask for a card number, and never " +
    'send one: without a token, send the person to the page of create_payment_method_setup. Adding the same one again ' +
    'changes nothing.',
  scopes: ['payments:write'],
  hints: { readOnly: false, destructive: false, idempotent: true, openWorld: true },
  rare: true,
  input: z.strictObject({
    payment_token: z
      .string()
      .max(255)
      .regex(/^(pm|tok|seti)_[A-Za-z0-9_]{1,240}$/, {
        error: 'must be a token of the provider, which starts with pm_, tok_ or seti_; never a card number',
      })
      .describe(
        "The provider's token: a PaymentMethod (pm_…), a card token (tok_…) or a finished SetupIntent (seti_…).",
      )
      .meta({ examples: ['pm_1QExampleOfStripe'] }),
    set_default: z
      .boolean()
      .default(false)
      .describe('Whether it becomes the default. The first method is that in any case.')
      .meta({ examples: [true] }),
    user_id: userIdSchema,
  }),
  output: methodSchema,

  async run({ payment_token, set_default, user_id }, { actor, deps, now, traceparent }) {
    const owner = methodsOwner(actor, user_id);
    const row = await addMethodByToken(deps, owner, payment_token, { now, traceparent, set_default });
    return toMethod(row, now);
  },
});
