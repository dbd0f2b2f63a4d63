import { z } from 'zod';
import { type Call, defineEndpoint } from '../endpoint.js';
import { invalid } from '../errors.js';
import { addressed, named } from '../find.js';
import { clearable, cleared, currency, integer, mergedMetadata, metadata, paging, text } from '../form.js';
import { listOf } from '../lists.js';
import { cancelPayout, payOut } from '../money/payout.js';
import type { Row } from '../store.js';

const createPayout = defineEndpoint({
  method: 'POST',
  path: '/v1/payouts',
  input: {
    amount: integer,
    currency,
    description: clearable.optional(),
    destination: text.optional(),
    metadata: metadata.optional(),
    method: z.enum(['standard', 'instant']).optional(),
    source_type: text.optional(),
    statement_descriptor: clearable.optional(),
  },
  run(input, call) {
    if (input.amount < 1) {
      throw invalid('This value must be greater than or equal to 1.', {
        code: 'parameter_invalid_integer',
        param: 'amount',
      });
    }
    return payOut(call.world, {
      account: call.account,
      amount: input.amount,
      currency: input.currency,
      description: cleared(input.description),
      destination: destinationOf(input, call),
      metadata: mergedMetadata({}, input.metadata),
      method: input.method ?? 'standard',
      statement_descriptor: cleared(input.statement_descriptor),
    }).object;
  },
});

/** The account's default bank where none is named. */
function destinationOf(
  input: { destination?: string | undefined; currency: string },
  { world, account }: Call,
): Row<'bank_account'> | undefined {
  if (input.destination !== undefined) {
    return named(world, 'bank_account', input.destination, account, 'destination');
  }
  return world.store
    .newest('bank_account')
    .find(
      ({ object, account: owner, hidden }) =>
        owner === account &&
        !hidden.deleted &&
        object.default_for_currency &&
        object.currency === input.currency,
    );
}

const retrievePayout = defineEndpoint({
  method: 'GET',
  path: '/v1/payouts/:payout',
  input: {},
  run: (_input, { world, account, part }) => addressed(world, 'payout', part('payout'), account).object,
});

const updatePayout = defineEndpoint({
  method: 'POST',
  path: '/v1/payouts/:payout',
  input: { metadata: metadata.optional() },
  run(input, { world, account, part }) {
    const row = addressed(world, 'payout', part('payout'), account);
    world.change(row, 'payout.updated', { metadata: mergedMetadata(row.object.metadata, input.metadata) });
    return row.object;
  },
});

const cancelPayoutEndpoint = defineEndpoint({
  method: 'POST',
  path: '/v1/payouts/:payout/cancel',
  input: {},
  run(_input, { world, account, part }) {
    const row = addressed(world, 'payout', part('payout'), account);
    cancelPayout(world, row);
    return row.object;
  },
});

const listPayouts = defineEndpoint({
  method: 'GET',
  path: '/v1/payouts',
  input: { ...paging, destination: text.optional(), status: text.optional() },
  run: (input, call) =>
    listOf(
      call,
      'payout',
      '/v1/payouts',
      input,
      ({ destination, status }) =>
        (input.destination === undefined || destination === input.destination) &&
        (input.status === undefined || status === input.status),
    ),
});

export const payouts = [createPayout, listPayouts, retrievePayout, updatePayout, cancelPayoutEndpoint];
