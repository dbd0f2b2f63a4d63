import { z } from 'zod';
import {
  approval_id,
  payment_id,
  payment_method_id,
  refund_id,
  transfer_id,
  user_id,
  wallet_id,
} from './ids.js';

/** Who caused it, and what they were allowed: with it, the event is the receipt that the audit log keeps. */
const cause = z
  .object({
    operation: z
      .string()
      .regex(/^[a-z][a-z_]{0,59}$/)
      .meta({ description: 'The operation that was called.' }),
    client_id: z
      .string()
      .regex(/^\S{1,255}$/)
      .meta({ description: 'The client, API key or service that acted for the person.' }),
    arguments_hash: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .meta({ description: 'SHA-256 of the resolved arguments: what the person would approve.' }),
    approval_id: approval_id.optional(),
    screening: z
      .enum(['approved', 'held', 'declined', 'unscreened'])
      .meta({ description: 'unscreened: fraud did not answer, and policy let a small amount pass.' }),
  })
  .optional()
  .meta({ description: 'The call that caused it; absent where time or the provider did.' });

const payment = z.object({
  payment_id,
  user_id: user_id.meta({ description: 'The person who pays.' }),
  payee_user_id: user_id.optional().meta({ description: 'The person who is paid, where it is one.' }),
  cause,
});

export const paymentsEvents = {
  'florin.payments.payment.created.v1': payment.meta({
    description:
      'A payment has begun that does not end at once: what it comes to follows. The subject is the payment.',
  }),
  'florin.payments.payment.held.v1': payment.meta({
    description: 'A payment waits for the decision of fraud. The subject is the payment.',
  }),
  'florin.payments.payment.succeeded.v1': payment.meta({
    description:
      'A payment has been made. One between wallets has no event before. The subject is the payment.',
  }),
  'florin.payments.payment.failed.v1': payment
    .extend({
      reason: z
        .string()
        .regex(/^[a-z][a-z0-9_]{0,59}$/)
        .meta({ description: 'Why, e.g. insufficient_funds, card_declined or declined_by_screening.' }),
    })
    .meta({ description: 'A payment has come to nothing, or was returned. The subject is the payment.' }),
  'florin.payments.payment.canceled.v1': payment.meta({
    description: 'A payment was canceled before it was made. The subject is the payment.',
  }),
  'florin.payments.payment.refunded.v1': payment
    .extend({ refund_id })
    .meta({ description: 'A payment, or a part of it, was given back. The subject is the payment.' }),
  'florin.payments.payment.refund_requested.v1': payment.extend({ refund_id }).meta({
    description:
      'A refund has begun that does not end at once: refunded or refund_failed follows. The subject is the payment.',
  }),
  'florin.payments.payment.refund_failed.v1': payment
    .extend({
      refund_id,
      reason: z
        .string()
        .regex(/^[a-z][a-z0-9_]{0,59}$/)
        .meta({ description: 'Why, e.g. declined_by_screening or expired_or_canceled_card.' }),
    })
    .meta({
      description:
        'Nothing was given back: the payee has it again. It may follow refunded, where the bank sends it back. The subject is the payment.',
    }),
  'florin.payments.method.added.v1': z
    .object({ payment_method_id, user_id })
    .meta({ description: 'A card or bank account can be paid with. The subject is the method.' }),
  'florin.payments.method.removed.v1': z
    .object({ payment_method_id, user_id })
    .meta({ description: 'A method can no longer be paid with. The subject is the method.' }),
  'florin.payments.transfer.posted.v1': z
    .object({
      transfer_id,
      wallet_id,
      user_id,
      service: z
        .string()
        .regex(/^[a-z][a-z0-9-]{0,31}$/)
        .meta({ description: 'The service that asked for it.' }),
    })
    .meta({ description: 'Another service moved money of a wallet. The subject is the transfer.' }),
};
