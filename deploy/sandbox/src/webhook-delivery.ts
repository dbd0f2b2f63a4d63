import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Faults } from './faults.js';

/** What became of one sending. */
export interface Sent {
  url: string;
  attempts: number;
  /** The last answer's HTTP status; null where none came. */
  status: number | null;
}

interface Sending {
  /** Made anew for each attempt, since a signature tells its time. It is over these very bytes. */
  message(): Promise<{ text: string; headers: Record<string, string> }>;
  isTaken(status: number): boolean;
  first_delay_ms?: number;
  /** For the log. */
  what: string;
}

/**
 * "If there is a non-200 response or no response within 10 seconds from the webhook endpoint, Plaid will keep
 * attempting to send the webhook for up to 24 hours. Each attempt will be tried after a delay that is 4 times
 * longer than the previous delay, starting with 30 seconds." (Plaid, API reference for webhooks.) Stripe goes on for three
 * days "with an exponential back off". The stand-ins keep Plaid's factor and timeout and begin with half a second, so
 * that nobody waits for a day.
 */
const RETRY_DELAYS_MS = [500, 2_000, 8_000, 32_000];
const ANSWER_WITHIN_MS = 10_000;
const REORDER_HOLD_MS = 2_000;

/** Posts webhooks as vendors do: with bounded retries, and one behind the next where the faults say so. */
export class WebhookDelivery {
  readonly #stop = new AbortController();
  #waiting: { deliver: () => void; timer: NodeJS.Timeout } | undefined;

  constructor(readonly options: { faults: Faults; log: Logger; max_in_flight: number }) {
    setMaxListeners(2 * options.max_in_flight, this.#stop.signal);
  }

  get isClosed(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Ends retries and waits; what was not delivered is lost, as with any outage beyond the vendor's patience. */
  close(): void {
    this.#stop.abort();
    if (this.#waiting) clearTimeout(this.#waiting.timer);
  }

  /** Delivers at once, or behind what is delivered next. */
  order(deliver: () => Promise<void>): void {
    const waiting = this.#waiting;
    if (!waiting && this.options.faults.take('reorder_webhooks')) {
      const later = () => {
        this.#waiting = undefined;
        void deliver();
      };
      this.#waiting = { deliver: later, timer: setTimeout(later, REORDER_HOLD_MS).unref() };
      return;
    }
    const done = deliver();
    if (waiting) {
      clearTimeout(waiting.timer);
      void done.then(waiting.deliver);
    }
  }

  /** @returns whether it was taken in the end */
  async attempt(sent: Sent, { message, isTaken, first_delay_ms = 0, what }: Sending): Promise<boolean> {
    for (const delay_ms of [first_delay_ms, ...RETRY_DELAYS_MS]) {
      await this.#pause(delay_ms);
      if (this.isClosed) break;
      sent.attempts++;
      sent.status = await this.#post(sent.url, message);
      if (sent.status !== null && isTaken(sent.status)) return true;
      this.options.log.info({ url: sent.url, what, status: sent.status }, 'webhook not taken');
    }
    return false;
  }

  async #post(url: string, message: Sending['message']): Promise<number | null> {
    try {
      const { text, headers } = await message();
      const response = await fetch(url, {
        method: 'POST',
        headers,
        body: text,
        redirect: 'manual',
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
      });
      await response.body?.cancel();
      return response.status;
    } catch {
      return null;
    }
  }

  async #pause(delay_ms: number): Promise<void> {
    // Rejects on close: then there is nothing left to wait for.
    if (delay_ms > 0)
      await sleep(delay_ms, undefined, { signal: this.#stop.signal, ref: false }).catch(() => {});
  }
}
