import { type Clock, createNatsLink, type Logger } from '@florin/chassis';
import { createPause, type Db, transaction } from '@florin/postgres';
import { z } from 'zod';
import { promptPayment, promptRefund } from '../store/payments-of-provider.js';

const SUBJECT = 'florin.fraud.screening.decided.v1';
const AGAIN_MS = 2_000;

const event = z.object({ subject: z.string(), data: z.object({ transaction_id: z.string().optional() }) });

/**
 * Hears that fraud has decided something, and has the worker look: it reads the decision from fraud itself. Only a nudge,
 * so it is kept nowhere: what is held is looked at every few minutes anyway.
 */
export function followScreening(options: {
  db: Db;
  nats_url: string;
  worker: { nudge(): void };
  now: Clock;
  logger: Logger;
}): { stop(): Promise<void> } {
  const { db, nats_url, worker, now, logger } = options;
  const nats = createNatsLink({ url: nats_url, name: 'payments_screening', logger });
  const pause = createPause();
  let stopping = false;

  async function heard(message: { json(): unknown }): Promise<void> {
    const parsed = event.safeParse(message.json());
    if (!parsed.success) return;
    const id = parsed.data.data.transaction_id ?? parsed.data.subject;
    const hint = { event_id: '', type: SUBJECT, payment_id: id, refund_id: id };
    await transaction(db, async (tx) => {
      await promptPayment(tx, hint, now());
      await promptRefund(tx, hint, now());
    });
    worker.nudge();
  }

  async function follow(): Promise<void> {
    const connection = await nats.connection();
    for await (const message of connection.subscribe(SUBJECT)) {
      await heard(message).catch((error: unknown) =>
        logger.warn({ err: error }, 'a decision of fraud is looked at later'),
      );
    }
  }

  async function run(): Promise<void> {
    while (!stopping) {
      await follow().catch((error: unknown) =>
        logger.debug({ err: error }, 'decisions of fraud are not heard now'),
      );
      if (!stopping) await pause.for(AGAIN_MS);
    }
  }

  const running = run();
  return {
    async stop() {
      stopping = true;
      pause.end();
      await nats.close();
      await running;
    },
  };
}
