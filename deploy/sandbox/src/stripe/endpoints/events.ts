import { z } from 'zod';
import { defineEndpoint } from '../endpoint.js';
import { addressed } from '../find.js';
import { flag, paging, text } from '../form.js';
import { listOf } from '../lists.js';

const retrieveEvent = defineEndpoint({
  method: 'GET',
  path: '/v1/events/:event',
  input: {},
  run: (_input, { world, account, part }) => addressed(world, 'event', part('event'), account).object,
});

const listEvents = defineEndpoint({
  method: 'GET',
  path: '/v1/events',
  input: {
    ...paging,
    delivery_success: flag.optional(),
    type: text.optional(),
    types: z.array(text).max(20).optional(),
  },
  run: (input, call) =>
    listOf(
      call,
      'event',
      '/v1/events',
      input,
      ({ type, pending_webhooks }) =>
        (input.type === undefined || matches(type, input.type)) &&
        (input.types?.includes(type) ?? true) &&
        (input.delivery_success === undefined || input.delivery_success === (pending_webhooks === 0)),
    ),
});

/** "using * as a wildcard": `charge.*` */
function matches(type: string, wanted: string): boolean {
  return wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
}

export const events = [listEvents, retrieveEvent];
