import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { importJWK, SignJWT } from 'jose';
import type { Logger } from 'pino';
import type { Faults } from '../faults.js';
import type { SigningKey } from './state.js';

export interface Webhook {
  webhook_type: 'TRANSACTIONS' | 'ITEM' | 'LINK';
  webhook_code: string;
  [field: string]: unknown;
}

/** What became of a webhook, newest last. */
export interface Delivery {
  url: string;
  body: Webhook;
  attempts: number;
  /** The last answer's HTTP status; null where none came. */
  status: number | null;
  state: 'sending' | 'delivered' | 'given up';
}

/**
 * "If there is a non-200 response or no response within 10 seconds from the webhook endpoint, Plaid will keep
 * attempting to send the webhook for up to 24 hours. Each attempt will be tried after a delay that is 4 times
 * longer than the previous delay, starting with 30 seconds." (Plaid, API reference for webhooks.)
 * The stand-in keeps the factor and the timeout and begins with half a second, so that nobody waits for a day.
 */
const RETRY_DELAYS_MS = [500, 2_000, 8_000, 32_000];
const ANSWER_WITHIN_MS = 10_000;
const REORDER_HOLD_MS = 2_000;
const MAX_IN_FLIGHT = 1_000;
const MAX_REMEMBERED = 100;

/** Signs webhooks as Plaid does and delivers them, with bounded retries. */
export class WebhookSender {
  readonly #deliveries: Delivery[] = [];
  readonly #stop = new AbortController();
  #in_flight = 0;
  #held: { deliver: () => void; timer: NodeJS.Timeout } | undefined;

  constructor(
    readonly options: {
      key: SigningKey;
      faults: Faults;
      now: () => Date;
      log: Logger;
      onSettled: (state: 'delivered' | 'given up') => void;
    },
  ) {
    setMaxListeners(2 * MAX_IN_FLIGHT, this.#stop.signal);
  }

  /** The latest deliveries, oldest first. */
  recent(): readonly Delivery[] {
    return this.#deliveries;
  }

  /** Starts a delivery; never throws, and never waits for the receiver. */
  send(url: string, body: Webhook): void {
    if (this.#stop.signal.aborted) return;
    const copies = this.options.faults.take('duplicate_webhooks')?.copies ?? 1;
    for (let copy = 0; copy < copies; copy++) {
      if (this.#in_flight >= MAX_IN_FLIGHT) {
        this.options.log.warn(
          { url, webhook_code: body.webhook_code },
          'too many webhooks in flight: dropped',
        );
        return;
      }
      this.#in_flight++;
      const delivery: Delivery = { url, body, attempts: 0, status: null, state: 'sending' };
      this.#deliveries.push(delivery);
      if (this.#deliveries.length > MAX_REMEMBERED) this.#deliveries.shift();
      this.#order(delivery);
    }
  }

  /** Ends retries and waits; what was not delivered is lost, as with any outage beyond Plaid's patience. */
  close(): void {
    this.#stop.abort();
    if (this.#held) clearTimeout(this.#held.timer);
  }

  #order(delivery: Delivery): void {
    const held = this.#held;
    if (!held && this.options.faults.take('reorder_webhooks')) {
      const deliver = () => {
        this.#held = undefined;
        void this.#deliver(delivery);
      };
      this.#held = { deliver, timer: globalThis.setTimeout(deliver, REORDER_HOLD_MS).unref() };
      return;
    }
    const done = this.#deliver(delivery);
    if (held) {
      clearTimeout(held.timer);
      void done.then(held.deliver);
    }
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const { webhook_code } = delivery.body;
    for (const delay_ms of [0, ...RETRY_DELAYS_MS]) {
      await this.#pause(delay_ms);
      if (this.#stop.signal.aborted) break;
      delivery.attempts++;
      delivery.status = await this.#attempt(delivery);
      if (delivery.status === 200) break;
      this.options.log.info(
        { url: delivery.url, webhook_code, status: delivery.status },
        'webhook not taken',
      );
    }
    delivery.state = delivery.status === 200 ? 'delivered' : 'given up';
    this.#in_flight--;
    this.options.onSettled(delivery.state);
  }

  async #attempt({ url, body }: Delivery): Promise<number | null> {
    // The hash is over these very bytes. Plaid indents by two spaces.
    const text = JSON.stringify(body, null, 2);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'plaid-verification': await this.#sign(text) },
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

  /** https://plaid.com/docs/api/webhooks/webhook-verification/ */
  async #sign(text: string): Promise<string> {
    const { kid, private_jwk } = this.options.key;
    const request_body_sha256 = createHash('sha256').update(text).digest('hex');
    return new SignJWT({ request_body_sha256 })
      .setProtectedHeader({ alg: 'ES256', kid, typ: 'JWT' })
      .setIssuedAt(Math.floor(this.options.now().getTime() / 1_000))
      .sign(await importJWK(private_jwk, 'ES256'));
  }

  async #pause(delay_ms: number): Promise<void> {
    // Rejects on close: then there is nothing left to wait for.
    if (delay_ms > 0)
      await setTimeout(delay_ms, undefined, { signal: this.#stop.signal, ref: false }).catch(() => {});
  }
}
