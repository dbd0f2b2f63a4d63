import type Stripe from 'stripe';
import { z } from 'zod';
import { defineEndpoint } from '../endpoint.js';
import { addressed } from '../find.js';
import { clearable, cleared, flag, mergedMetadata, metadata, paging, text, url } from '../form.js';
import { newStripeId } from '../ids.js';
import { listOf } from '../lists.js';

const enabled_events = z.array(text).min(1).max(300);

const createWebhookEndpoint = defineEndpoint({
  method: 'POST',
  path: '/v1/webhook_endpoints',
  input: {
    api_version: text.optional(),
    connect: flag.optional(),
    description: clearable.optional(),
    enabled_events,
    metadata: metadata.optional(),
    url,
  },
  run(input, { world, account }) {
    const endpoint: Stripe.WebhookEndpoint = {
      id: newStripeId('we'),
      object: 'webhook_endpoint',
      api_version: input.api_version ?? null,
      application: null,
      created: world.now(),
      description: cleared(input.description),
      enabled_events: input.enabled_events,
      livemode: false,
      metadata: mergedMetadata({}, input.metadata),
      status: 'enabled',
      url: input.url,
    };
    const secret = newStripeId('whsec', 32);
    const connect = input.connect ?? false;
    const { object } = world.store.insert('webhook_endpoint', endpoint, account, { secret, connect });
    // "Only returned at creation."
    return { ...object, secret };
  },
});

const retrieveWebhookEndpoint = defineEndpoint({
  method: 'GET',
  path: '/v1/webhook_endpoints/:webhook_endpoint',
  input: {},
  run: (_input, { world, account, part }) =>
    addressed(world, 'webhook_endpoint', part('webhook_endpoint'), account).object,
});

const updateWebhookEndpoint = defineEndpoint({
  method: 'POST',
  path: '/v1/webhook_endpoints/:webhook_endpoint',
  input: {
    description: clearable.optional(),
    disabled: flag.optional(),
    enabled_events: enabled_events.optional(),
    metadata: metadata.optional(),
    url: url.optional(),
  },
  run(input, { world, account, part }) {
    const row = addressed(world, 'webhook_endpoint', part('webhook_endpoint'), account);
    const { object } = row;
    world.store.change(row, {
      description: cleared(input.description, object.description),
      enabled_events: input.enabled_events ?? object.enabled_events,
      metadata: mergedMetadata(object.metadata, input.metadata),
      status: input.disabled === undefined ? object.status : input.disabled ? 'disabled' : 'enabled',
      url: input.url ?? object.url,
    });
    return row.object;
  },
});

const deleteWebhookEndpoint = defineEndpoint({
  method: 'DELETE',
  path: '/v1/webhook_endpoints/:webhook_endpoint',
  input: {},
  run(_input, { world, account, part }) {
    const row = addressed(world, 'webhook_endpoint', part('webhook_endpoint'), account);
    world.store.change(row, { status: 'disabled' }, { deleted: true });
    return { id: row.id, object: 'webhook_endpoint', deleted: true };
  },
});

const listWebhookEndpoints = defineEndpoint({
  method: 'GET',
  path: '/v1/webhook_endpoints',
  input: paging,
  run: (input, call) => listOf(call, 'webhook_endpoint', '/v1/webhook_endpoints', input),
});

export const webhookEndpoints = [
  createWebhookEndpoint,
  listWebhookEndpoints,
  retrieveWebhookEndpoint,
  updateWebhookEndpoint,
  deleteWebhookEndpoint,
];
