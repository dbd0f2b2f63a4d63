import { createHash } from 'node:crypto';
import { importJWK, SignJWT } from 'jose';
import type { Logger } from 'pino';
import type { Faults } from '../faults.js';
import { type Sent, WebhookDelivery } from '../webhook-delivery.js';
import type { SigningKey } from './state.js';

export interface Webhook {
  webhook_type: 'TRANSACTIONS' | 'ITEM' | 'LINK';
  webhook_code: string;
  [field: string]: unknown;
}

/** What became of a webhook, newest last. */
export interface Delivery extends Sent {
  body: Webhook;
  state: 'sending' | 'delivered' | 'given up';
}

const MAX_IN_FLIGHT = 1_000;
const MAX_REMEMBERED = 100;

/** Signs webhooks as Plaid does and delivers them, with bounded retries. */
export class WebhookSender {
  readonly #deliveries: Delivery[] = [];
  readonly #delivery: WebhookDelivery;
  #in_flight = 0;

  constructor(
    readonly options: {
      key: SigningKey;
      faults: Faults;
      now: () => Date;
      log: Logger;
      onSettled: (state: 'delivered' | 'given up') => void;
    },
  ) {
    this.#delivery = new WebhookDelivery({ ...options, max_in_flight: MAX_IN_FLIGHT });
  }

  /** The latest deliveries, oldest first. */
  recent(): readonly Delivery[] {
    return this.#deliveries;
  }

  /** Starts a delivery; never throws, and never waits for the receiver. */
  send(url: string, body: Webhook): void {
    if (this.#delivery.isClosed) return;
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
      this.#delivery.order(() => this.#deliver(delivery));
    }
  }

  close(): void {
    this.#delivery.close();
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const isTaken = await this.#delivery.attempt(delivery, {
      message: async () => {
        // Plaid indents by two spaces.
        const text = JSON.stringify(delivery.body, null, 2);
        const headers = { 'content-type': 'application/json', 'plaid-verification': await this.#sign(text) };
        return { text, headers };
      },
      isTaken: (status) => status === 200,
      what: delivery.body.webhook_code,
    });
    delivery.state = isTaken ? 'delivered' : 'given up';
    this.#in_flight--;
    this.options.onSettled(delivery.state);
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
}
