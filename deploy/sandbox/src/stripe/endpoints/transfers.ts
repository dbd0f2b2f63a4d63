import { defineEndpoint } from '../endpoint.js';
import { invalid } from '../errors.js';
import { addressed, named } from '../find.js';
import { clearable, cleared, currency, integer, mergedMetadata, metadata, paging, text } from '../form.js';
import { idOf } from '../ids.js';
import { listOf, page } from '../lists.js';
import { reverseTransfer, transfer } from '../money/transfer.js';

const createTransfer = defineEndpoint({
  method: 'POST',
  path: '/v1/transfers',
  input: {
    amount: integer,
    currency,
    description: clearable.optional(),
    destination: text,
    metadata: metadata.optional(),
    source_transaction: text.optional(),
    source_type: text.optional(),
    transfer_group: text.optional(),
  },
  run(input, { world, account }) {
    if (input.amount < 1) {
      throw invalid('This value must be greater than or equal to 1.', {
        code: 'parameter_invalid_integer',
        param: 'amount',
      });
    }
    const destination = named(world, 'account', input.destination, null, 'destination');
    if (input.source_transaction !== undefined) {
      named(world, 'charge', input.source_transaction, account, 'source_transaction');
    }
    return transfer(world, {
      amount: input.amount,
      currency: input.currency,
      description: cleared(input.description),
      destination,
      metadata: mergedMetadata({}, input.metadata),
      source_transaction: input.source_transaction ?? null,
      transfer_group: input.transfer_group ?? null,
    }).object;
  },
});

const retrieveTransfer = defineEndpoint({
  method: 'GET',
  path: '/v1/transfers/:transfer',
  input: {},
  run: (_input, { world, account, part }) => addressed(world, 'transfer', part('transfer'), account).object,
});

const updateTransfer = defineEndpoint({
  method: 'POST',
  path: '/v1/transfers/:transfer',
  input: { description: clearable.optional(), metadata: metadata.optional() },
  run(input, { world, account, part }) {
    const row = addressed(world, 'transfer', part('transfer'), account);
    world.change(row, 'transfer.updated', {
      description: cleared(input.description, row.object.description),
      metadata: mergedMetadata(row.object.metadata, input.metadata),
    });
    return row.object;
  },
});

const listTransfers = defineEndpoint({
  method: 'GET',
  path: '/v1/transfers',
  input: { ...paging, destination: text.optional(), transfer_group: text.optional() },
  run: (input, call) =>
    listOf(
      call,
      'transfer',
      '/v1/transfers',
      input,
      ({ destination, transfer_group }) =>
        (input.destination === undefined || idOf(destination) === input.destination) &&
        (input.transfer_group === undefined || transfer_group === input.transfer_group),
    ),
});

const createReversal = defineEndpoint({
  method: 'POST',
  path: '/v1/transfers/:transfer/reversals',
  input: { amount: integer.optional(), description: clearable.optional(), metadata: metadata.optional() },
  run(input, { world, account, part }) {
    const row = addressed(world, 'transfer', part('transfer'), account);
    return reverseTransfer(world, row, input.amount, mergedMetadata({}, input.metadata)).object;
  },
});

const listReversals = defineEndpoint({
  method: 'GET',
  path: '/v1/transfers/:transfer/reversals',
  input: paging,
  run(input, { world, account, part }) {
    const { object } = addressed(world, 'transfer', part('transfer'), account);
    return page(object.reversals.data, object.reversals.url, input);
  },
});

const retrieveReversal = defineEndpoint({
  method: 'GET',
  path: '/v1/transfers/:transfer/reversals/:reversal',
  input: {},
  run: (_input, { world, account, part }) =>
    addressed(world, 'transfer_reversal', part('reversal'), account).object,
});

export const transfers = [
  createTransfer,
  listTransfers,
  retrieveTransfer,
  updateTransfer,
  createReversal,
  listReversals,
  retrieveReversal,
];
