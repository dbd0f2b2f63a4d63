import type { Clock, Logger } from '@florin/chassis';
import { asFault } from '@florin/faults';
import { type Db, type Rounds, startRounds } from '@florin/postgres';
import { claimPayments } from '../store/payments.js';
import { claimRefunds } from '../store/refunds.js';
import { ASKING_MS } from './advance.js';

/** Payments looked after side by side in one process. The provider limits how much may be asked. */
const AT_ONCE = 8;
const POLL_MS = 1_000;

interface WorkerOptions {
  db: Db;
  advancePayment(payment_id: string, now: Date): Promise<unknown>;
  advanceRefund(refund_id: string, now: Date): Promise<unknown>;
  now: Clock;
  logger: Logger;
}

/**
 * Takes payments and refunds further that are due: held ones, those whose answer from the provider is outstanding, those
 * that a webhook tells of.
 */
export function startPaymentWorker(options: WorkerOptions): Rounds {
  const { db, now, logger } = options;
  return startRounds({
    async round() {
      const at = now();
      const until = new Date(at.getTime() + ASKING_MS);
      const [payments, refunds] = await Promise.all([
        claimPayments(db, at, until, AT_ONCE),
        claimRefunds(db, at, until, AT_ONCE),
      ]);
      await Promise.all([
        ...payments.map(({ payment_id }) => work(payment_id, () => options.advancePayment(payment_id, at))),
        ...refunds.map(({ refund_id }) => work(refund_id, () => options.advanceRefund(refund_id, at))),
      ]);
      return payments.length === AT_ONCE || refunds.length === AT_ONCE;
    },
    poll_ms: POLL_MS,
    logger,
    waiting: 'payments wait to be taken further',
  });

  /** One that fails is due again when its claim ends. */
  async function work(id: string, advance: () => Promise<unknown>): Promise<void> {
    try {
      await advance();
    } catch (error) {
      const failure = asFault(error);
      const level = failure.retryable ? 'warn' : 'error';
      logger[level]({ err: failure, id }, 'a payment could not be taken further');
    }
  }
}
