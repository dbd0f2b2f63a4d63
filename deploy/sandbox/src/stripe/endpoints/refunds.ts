import { z } from 'zod';
import { type Call, defineEndpoint } from '../endpoint.js';
import { invalid } from '../errors.js';
import { addressed, named } from '../find.js';
import { integer, mergedMetadata, metadata, paging, text } from '../form.js';
import { idOf } from '../ids.js';
import { listOf } from '../lists.js';
import { refund } from '../money/refund.js';
import type { Row } from '../store.js';

const createRefund = defineEndpoint({
  method: 'POST',
  path: '/v1/refunds',
  input: {
    amount: integer.optional(),
    charge: text.optional(),
    metadata: metadata.optional(),
    payment_intent: text.optional(),
    reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
  },
  run(input, call) {
    return refund(call.world, chargeOf(input, call), {
      amount: input.amount,
      reason: input.reason ?? null,
      metadata: mergedMetadata({}, input.metadata),
    }).object;
  },
});

function chargeOf(
  input: { charge?: string | undefined; payment_intent?: string | undefined },
  { world, account }: Call,
): Row<'charge'> {
  if (input.charge !== undefined) {
    const row = named(world, 'charge', input.charge, account, 'charge');
    if (row.object.status !== 'succeeded' || !row.object.captured) throw notPaid(`Charge ${row.id}`);
    return row;
  }
  if (input.payment_intent === undefined) {
    throw invalid(
      'One of the following params should be provided for this request: payment_intent or charge.',
    );
  }
  const intent = named(world, 'payment_intent', input.payment_intent, account, 'payment_intent');
  const charge = world.store.get('charge', idOf(intent.object.latest_charge));
  if (!charge || intent.object.status !== 'succeeded') {
    throw invalid(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`, {
      code: 'payment_intent_unexpected_state',
      param: 'payment_intent',
    });
  }
  return charge;
}

function notPaid(subject: string) {
  return invalid(`${subject} was not successful or has not been captured, so it cannot be refunded.`, {
    param: 'charge',
  });
}

const retrieveRefund = defineEndpoint({
  method: 'GET',
  path: '/v1/refunds/:refund',
  input: {},
  run: (_input, { world, account, part }) => addressed(world, 'refund', part('refund'), account).object,
});

const updateRefund = defineEndpoint({
  method: 'POST',
  path: '/v1/refunds/:refund',
  input: { metadata: metadata.optional() },
  run(input, { world, account, part }) {
    const row = addressed(world, 'refund', part('refund'), account);
    world.change(row, 'refund.updated', { metadata: mergedMetadata(row.object.metadata, input.metadata) });
    return row.object;
  },
});

const listRefunds = defineEndpoint({
  method: 'GET',
  path: '/v1/refunds',
  input: { ...paging, charge: text.optional(), payment_intent: text.optional() },
  run: (input, call) =>
    listOf(
      call,
      'refund',
      '/v1/refunds',
      input,
      ({ charge, payment_intent }) =>
        (input.charge === undefined || charge === input.charge) &&
        (input.payment_intent === undefined || payment_intent === input.payment_intent),
    ),
});

export const refunds = [createRefund, listRefunds, retrieveRefund, updateRefund];
