import type { Clock } from '@florin/chassis';
import { fault } from '@florin/faults';
import { type Db, transaction } from '@florin/postgres';
import express, { type Express } from 'express';
import { z } from 'zod';
import { hashSecret } from '../store/secrets.js';
import { requestSyncByProviderId } from '../store/sync-queue.js';
import { recordWebhook } from '../store/webhook-receipts.js';
import type { VerifyWebhook } from './verify-webhook.js';

const MAX_BODY = '100kb';

const webhookSchema = z.object({
  webhook_type: z.string(),
  webhook_code: z.string(),
  item_id: z.string().max(200).optional(),
});

interface Parts {
  db: Db;
  sync: { nudge(): void };
  now: Clock;
  verify: VerifyWebhook;
}

/**
 * POST /webhooks/plaid. A webhook is a hint that something changed: whatever it says, the link is read anew, so nothing in
 * it has to be believed. That goes for a broken sign-in as well, which the reading comes upon.
 */
export function webhookRoutes(app: Express, { db, sync, now, verify }: Parts): void {
  app.post(
    '/webhooks/plaid',
    express.raw({ type: () => true, limit: MAX_BODY }),
    async (request, response) => {
      const token = request.get('plaid-verification');
      const body: Buffer = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      await verify(token, body);
      const { item_id } = parse(body);
      await transaction(db, async (tx) => {
        // Two hints can have equal bodies, so what tells a repeated delivery is the signed token around it.
        const isNew = await recordWebhook(tx, hashSecret(token ?? ''), now());
        if (isNew && item_id !== undefined) await requestSyncByProviderId(tx, item_id, now());
      });
      sync.nudge();
      // An unknown link is answered alike: the provider would only send it again.
      response.json({});
    },
  );
}

function parse(body: Buffer): z.infer<typeof webhookSchema> {
  try {
    return webhookSchema.parse(JSON.parse(body.toString('utf8')));
  } catch (error) {
    throw fault('INVALID_ARGUMENT', 'The webhook is not one of the provider.', { cause: error });
  }
}
