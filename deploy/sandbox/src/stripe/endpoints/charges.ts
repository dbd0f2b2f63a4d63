import { defineEndpoint } from '../endpoint.js';
import { addressed } from '../find.js';
import { clearable, cleared, mergedMetadata, metadata, paging, text } from '../form.js';
import { listOf } from '../lists.js';
import { search, searchInput } from '../search.js';

const retrieveCharge = defineEndpoint({
  method: 'GET',
  path: '/v1/charges/:charge',
  input: {},
  run: (_input, { world, account, part }) => addressed(world, 'charge', part('charge'), account).object,
});

const updateCharge = defineEndpoint({
  method: 'POST',
  path: '/v1/charges/:charge',
  input: { description: clearable.optional(), metadata: metadata.optional() },
  run(input, { world, account, part }) {
    const row = addressed(world, 'charge', part('charge'), account);
    world.change(row, 'charge.updated', {
      description: cleared(input.description, row.object.description),
      metadata: mergedMetadata(row.object.metadata, input.metadata),
    });
    return row.object;
  },
});

const listCharges = defineEndpoint({
  method: 'GET',
  path: '/v1/charges',
  input: {
    ...paging,
    customer: text.optional(),
    payment_intent: text.optional(),
    transfer_group: text.optional(),
  },
  run: (input, call) =>
    listOf(
      call,
      'charge',
      '/v1/charges',
      input,
      (charge) =>
        (input.customer === undefined || charge.customer === input.customer) &&
        (input.payment_intent === undefined || charge.payment_intent === input.payment_intent) &&
        (input.transfer_group === undefined || charge.transfer_group === input.transfer_group),
    ),
});

const searchCharges = defineEndpoint({
  method: 'GET',
  path: '/v1/charges/search',
  input: searchInput,
  run: (input, call) => search(call, 'charge', '/v1/charges/search', input),
});

export const charges = [searchCharges, listCharges, retrieveCharge, updateCharge];
