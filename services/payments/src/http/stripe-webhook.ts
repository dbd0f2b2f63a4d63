import type { Clock, Logger } from '@florin/chassis';
import { type Tx, transaction } from '@florin/postgres';
import express, { type Express } from 'express';
import { finishSetup } from '../methods/finish-setup.js';
import type { MethodDeps } from '../methods/method-deps.js';
import type { ProviderEvent } from '../providers/payment-provider.js';
import { promptPayment, promptRefund } from '../store/payments-of-provider.js';
import { recordWebhook, sweepWebhookReceipts } from '../store/webhook-receipts.js';

/** Stripe's largest events are far smaller. */
const MAX_BODY = '256kb';

/** "Events going back up to 30 days" can be sent again (Stripe, list all events). */
const KEPT_MS = 31 * 86_400_000;

interface Parts {
  deps: Pick<MethodDeps, 'db' | 'provider'>;
  worker: { nudge(): void };
  now: Clock;
  logger: Logger;
}

/**
 * POST /webhooks/stripe. A webhook is a hint that something changed: what it is about is marked as due, in the transaction
 * that keeps the event's id, and the worker fetches it anew. So nothing in it has to be believed, and order and repetition
 * do not matter.
 */
export function stripeWebhook(app: Express, { deps, worker, now, logger }: Parts): void {
  app.post(
    '/webhooks/stripe',
    express.raw({ type: () => true, limit: MAX_BODY }),
    async (request, response) => {
      const body: Buffer = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const event = deps.provider.readWebhook(body, request.get('stripe-signature'));
      // Before the receipt: where the provider does not answer, it sends this again.
      if (event.setup_id !== undefined) await finishSetup(deps, event.setup_id, now());
      const isNew = await transaction(deps.db, async (tx) => {
        if (!(await recordWebhook(tx, event.event_id, now()))) return false;
        await prompt(tx, event, now());
        await sweepWebhookReceipts(tx, new Date(now().getTime() - KEPT_MS));
        return true;
      });
      logger.debug({ event_id: event.event_id, type: event.type, isNew }, 'a webhook of the provider');
      worker.nudge();
      // What is unknown here is answered alike: the provider would only send it again.
      response.json({ received: true });
    },
  );
}

async function prompt(tx: Tx, event: ProviderEvent, now: Date): Promise<void> {
  await promptPayment(tx, event, now);
  await promptRefund(tx, event, now);
}
