import { z } from 'zod';
import { accessToken, defineEndpoint, httpUrl, timestamp } from '../endpoint.js';
import { presentItem } from '../present.js';

export const itemGet = defineEndpoint({
  path: '/item/get',
  input: { access_token: accessToken },
  run({ access_token }, { world, client_id }) {
    const item = world.itemOf(client_id, access_token);
    const last_ms = world.feedOf(item).advanced_at_ms;
    return {
      item: {
        ...presentItem(world, item),
        created_at: timestamp(item.created_at_ms),
        consented_products: ['transactions'],
      },
      status: {
        transactions: {
          last_successful_update: last_ms === null ? null : timestamp(last_ms),
          last_failed_update: null,
        },
        ...(item.last_webhook === null
          ? {}
          : {
              last_webhook: {
                sent_at: timestamp(item.last_webhook.sent_at_ms),
                code_sent: item.last_webhook.code_sent,
              },
            }),
      },
    };
  },
});

export const itemRemove = defineEndpoint({
  path: '/item/remove',
  input: {
    access_token: accessToken,
    reason_code: z.string().max(100).optional(),
    reason_note: z.string().max(512).nullish(),
  },
  run({ access_token }, { world, client_id }) {
    world.removeItem(world.itemOf(client_id, access_token));
    return {};
  },
});

export const itemWebhookUpdate = defineEndpoint({
  path: '/item/webhook/update',
  input: { access_token: accessToken, webhook: httpUrl.nullish() },
  run({ access_token, webhook }, { world, client_id }) {
    const item = world.itemOf(client_id, access_token);
    item.webhook = webhook ?? null;
    world.notify(item, 'ITEM', 'WEBHOOK_UPDATE_ACKNOWLEDGED', { error: null, new_webhook_url: item.webhook });
    return { item: presentItem(world, item) };
  },
});
