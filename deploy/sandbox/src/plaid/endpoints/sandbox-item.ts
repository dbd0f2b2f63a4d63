import { z } from 'zod';
import { DAY_MS } from '../bank/days.js';
import { accessToken, defineEndpoint, timestamp } from '../endpoint.js';
import { PlaidError } from '../errors.js';
import type { Item } from '../state.js';
import type { World } from '../world.js';

/** The webhooks that belong to what the stand-in serves. */
export const FIREABLE = [
  'SYNC_UPDATES_AVAILABLE',
  'DEFAULT_UPDATE',
  'NEW_ACCOUNTS_AVAILABLE',
  'LOGIN_REPAIRED',
  'PENDING_DISCONNECT',
  'USER_PERMISSION_REVOKED',
] as const;

/** Fires one of them now. Throws SANDBOX_WEBHOOK_INVALID where the Item has nowhere to send it. */
export function fireWebhook(world: World, item: Item, webhook_code: (typeof FIREABLE)[number]): void {
  const sent = {
    SYNC_UPDATES_AVAILABLE: () =>
      world.notify(item, 'TRANSACTIONS', webhook_code, world.updatesComplete(item)),
    DEFAULT_UPDATE: () =>
      world.notify(item, 'TRANSACTIONS', webhook_code, { error: null, new_transactions: 0 }),
    NEW_ACCOUNTS_AVAILABLE: () => world.notify(item, 'ITEM', webhook_code, { error: null }),
    LOGIN_REPAIRED: () => world.notify(item, 'ITEM', webhook_code, {}),
    PENDING_DISCONNECT: () =>
      world.notify(item, 'ITEM', webhook_code, {
        reason: 'INSTITUTION_MIGRATION',
        disconnect_time: timestamp(world.nowMs() + 7 * DAY_MS),
      }),
    USER_PERMISSION_REVOKED: () => world.notify(item, 'ITEM', webhook_code, { error: null }),
  }[webhook_code]();
  if (!sent) throw new PlaidError('SANDBOX_WEBHOOK_INVALID');
}

export const sandboxItemFireWebhook = defineEndpoint({
  path: '/sandbox/item/fire_webhook',
  input: {
    access_token: accessToken,
    webhook_type: z.string().max(100).optional(),
    webhook_code: z.string().max(100),
  },
  run({ access_token, webhook_type, webhook_code }, { world, client_id }) {
    const item = world.itemOf(client_id, access_token);
    const code = FIREABLE.find((each) => each === webhook_code);
    const foreign = webhook_code === 'DEFAULT_UPDATE' && (webhook_type ?? 'TRANSACTIONS') !== 'TRANSACTIONS';
    if (!code || foreign) throw new PlaidError('SANDBOX_PRODUCT_NOT_ENABLED');
    fireWebhook(world, item, code);
    return { webhook_fired: true };
  },
});

export const sandboxItemResetLogin = defineEndpoint({
  path: '/sandbox/item/reset_login',
  input: { access_token: accessToken },
  run({ access_token }, { world, client_id }) {
    world.requireLogin(world.itemOf(client_id, access_token));
    return { reset_login: true };
  },
});
