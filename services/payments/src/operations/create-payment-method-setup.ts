import { defineOperation } from '@florin/chassis';
import { z } from 'zod';
import type { PaymentsDeps } from '../deps.js';
import { ensureCustomer } from '../methods/ensure-customer.js';
import { methodsOwner } from './method-fields.js';

export const createPaymentMethodSetup = defineOperation<PaymentsDeps>()({
  name: 'create_payment_method_setup',
  title: 'Start adding a payment method',
  description:
    'Begins to add a card or a US bank account. Show setup_url to the person: there they enter it with the payment ' +
    'provider itself, never with you. When they say they are done, call list_payment_methods.',
  scopes: ['payments:write'],
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: true },
  input: z.strictObject({}),
  output: z.strictObject({
    setup_url: z
      .url()
      .describe(
        "The provider's page for the person. It works once, for this person alone: show it to nobody else.",
      )
      .meta({ examples: ['https://checkout.stripe.com/c/pay/cs_test_a1b2c3'] }),
    expires_at: z.iso
      .datetime()
      .describe('Until when the page can be used.')
      .meta({ examples: ['2026-11-03T09:00:00.000Z'] }),
  }),

  async run(_input, { actor, deps, now }) {
    const user_id = methodsOwner(actor);
    const { setup_url, expires_at } = await deps.provider.createSetupPage({
      customer_id: await ensureCustomer(deps, user_id, now),
      user_id,
      return_url: `${deps.public_url}/methods/return`,
    });
    return { setup_url, expires_at: expires_at.toISOString() };
  },
});
