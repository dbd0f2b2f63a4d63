import { createHmac } from 'node:crypto';
import type { Logger } from 'pino';
import type { Faults } from '../faults.js';
import { type Sent, WebhookDelivery } from '../webhook-delivery.js';
import type { EventObject } from './store.js';

export interface Destination {
  url: string;
  secret: string;
}

/** What became of one sending of an event to one endpoint, newest last. */
export interface StripeDelivery extends Sent {
  event_id: string;
  type: string;
  state: 'held' | 'sending' | 'delivered' | 'given up' | 'dropped';
}

interface Sending {
  delivery: StripeDelivery;
  destination: Destination;
  event: EventObject;
  onDelivered: () => void;
}

const MAX_IN_FLIGHT = 5_000;
const MAX_REMEMBERED = 5_000;

/** Signs events as Stripe does and delivers them, with bounded retries; can hold them and let them go in any order. */
export class WebhookSender {
  readonly #deliveries: StripeDelivery[] = [];
  readonly #delivery: WebhookDelivery;
  #in_flight = 0;
  #holding = false;
  #held: Sending[] = [];

  constructor(
    readonly options: {
      faults: Faults;
      /** The machine's time, or the test's: a signature's time is never ahead of it. */
      now: () => Date;
      log: Logger;
      onSettled: (state: 'delivered' | 'given up' | 'dropped') => void;
    },
  ) {
    this.#delivery = new WebhookDelivery({ ...options, max_in_flight: MAX_IN_FLIGHT });
  }

  /** The latest deliveries, oldest first. */
  recent(): readonly StripeDelivery[] {
    return this.#deliveries;
  }

  /** Starts a delivery, or as many as the faults say; never throws, and never waits for the receiver. */
  send(destination: Destination, event: EventObject, onDelivered: () => void): void {
    if (this.#delivery.isClosed) return;
    const { faults } = this.options;
    const copies = faults.take('duplicate_webhooks')?.copies ?? 1;
    for (let copy = 0; copy < copies; copy++) {
      const sending = this.#begin(destination, event, onDelivered);
      if (this.#holding) {
        sending.delivery.state = 'held';
        this.#held.push(sending);
      } else if (this.#in_flight >= MAX_IN_FLIGHT || faults.take('drop_webhooks')) {
        this.#settle(sending, 'dropped');
      } else {
        const delay_ms = faults.take('delay_webhooks')?.delay_ms ?? 0;
        this.#delivery.order(() => this.#deliver(sending, delay_ms));
      }
    }
  }

  /** From now on nothing is delivered but what `release` lets go. */
  hold(): void {
    this.#holding = true;
  }

  held(): { event_id: string; type: string }[] {
    return this.#held.map(({ delivery: { event_id, type } }) => ({ event_id, type }));
  }

  /** Ends holding and delivers what was held, one after the other: in the order of `event_ids`, or as it came. */
  async release(event_ids?: readonly string[]): Promise<StripeDelivery[]> {
    const held = this.#held;
    this.#held = [];
    this.#holding = false;
    const rank = ({ event: { id } }: Sending) => {
      const index = event_ids?.indexOf(id) ?? 0;
      return index === -1 ? Number.MAX_SAFE_INTEGER : index;
    };
    const ordered = [...held].sort((left, right) => rank(left) - rank(right));
    for (const sending of ordered) await this.#deliver(sending);
    return ordered.map(({ delivery }) => delivery);
  }

  /** Delivers an event once more, now, whatever is held. Answers when that ended. */
  async resend(destination: Destination, event: EventObject): Promise<StripeDelivery> {
    const sending = this.#begin(destination, event, () => undefined);
    await this.#deliver(sending);
    return sending.delivery;
  }

  /** Forgets what is held. Answers how much that was. */
  discard(): number {
    const held = this.#held;
    this.#held = [];
    for (const sending of held) this.#settle(sending, 'dropped');
    return held.length;
  }

  close(): void {
    this.#delivery.close();
  }

  #begin(destination: Destination, event: EventObject, onDelivered: () => void): Sending {
    const { id: event_id, type } = event;
    const delivery: StripeDelivery = {
      event_id,
      type,
      url: destination.url,
      attempts: 0,
      status: null,
      state: 'sending',
    };
    this.#deliveries.push(delivery);
    if (this.#deliveries.length > MAX_REMEMBERED) this.#deliveries.shift();
    return { delivery, destination, event: structuredClone(event), onDelivered };
  }

  async #deliver(sending: Sending, first_delay_ms = 0): Promise<void> {
    const { delivery, event, destination } = sending;
    delivery.state = 'sending';
    this.#in_flight++;
    const isTaken = await this.#delivery.attempt(delivery, {
      message: async () => {
        const text = JSON.stringify(event, null, 2);
        const headers = {
          'content-type': 'application/json; charset=utf-8',
          'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
          'stripe-signature': this.#sign(text, destination.secret),
        };
        return { text, headers };
      },
      isTaken: (status) => status >= 200 && status < 300,
      first_delay_ms,
      what: delivery.type,
    });
    this.#in_flight--;
    this.#settle(sending, isTaken ? 'delivered' : 'given up');
  }

  #settle({ delivery, onDelivered }: Sending, state: 'delivered' | 'given up' | 'dropped'): void {
    delivery.state = state;
    if (state === 'delivered') onDelivered();
    this.options.onSettled(state);
  }

  /** https://docs.stripe.com/webhooks#verify-manually */
  #sign(text: string, secret: string): string {
    const at = Math.floor(this.options.now().getTime() / 1_000);
    const signature = createHmac('sha256', secret).update(`${at}.${text}`).digest('hex');
    return `t=${at},v1=${signature}`;
  }
}
