import { createHmac } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Faults } from '../faults.js';
import type { EventObject } from './store.js';

export interface Destination {
  url: string;
  secret: string;
}

/** What became of one sending of an event to one endpoint, newest last. */
export interface StripeDelivery {
  event_id: string;
  type: string;
  url: string;
  attempts: number;
  /** The last answer's HTTP status; null where none came. */
  status: number | null;
  state: 'held' | 'sending' | 'delivered' | 'given up' | 'dropped';
}

interface Sending {
  delivery: StripeDelivery;
  destination: Destination;
  event: EventObject;
  onDelivered: () => void;
}

/** Stripe goes on for three days "with an exponential back off"; nobody here waits for days. */
const RETRY_DELAYS_MS = [500, 2_000, 8_000, 32_000];
const ANSWER_WITHIN_MS = 10_000;
const REORDER_HOLD_MS = 2_000;
const MAX_IN_FLIGHT = 5_000;
const MAX_REMEMBERED = 5_000;

/** Signs events as Stripe does and delivers them, with bounded retries; can hold them and let them go in any order. */
export class WebhookSender {
  readonly #deliveries: StripeDelivery[] = [];
  readonly #stop = new AbortController();
  #in_flight = 0;
  #holding = false;
  #held: Sending[] = [];
  #waiting: { deliver: () => void; timer: NodeJS.Timeout } | undefined;

  constructor(
    readonly options: {
      faults: Faults;
      /** The machine's time, or the test's: a signature's time is never ahead of it. */
      now: () => Date;
      log: Logger;
      onSettled: (state: 'delivered' | 'given up' | 'dropped') => void;
    },
  ) {
    setMaxListeners(2 * MAX_IN_FLIGHT, this.#stop.signal);
  }

  /** The latest deliveries, oldest first. */
  recent(): readonly StripeDelivery[] {
    return this.#deliveries;
  }

  /** Starts a delivery, or as many as the faults say; never throws, and never waits for the receiver. */
  send(destination: Destination, event: EventObject, onDelivered: () => void): void {
    if (this.#stop.signal.aborted) return;
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
        this.#order(sending, faults.take('delay_webhooks')?.delay_ms ?? 0);
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

  /** Ends retries and waits; what was not delivered is lost, as with any outage beyond Stripe's patience. */
  close(): void {
    this.#stop.abort();
    if (this.#waiting) clearTimeout(this.#waiting.timer);
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

  #order(sending: Sending, delay_ms: number): void {
    const waiting = this.#waiting;
    if (!waiting && this.options.faults.take('reorder_webhooks')) {
      const deliver = () => {
        this.#waiting = undefined;
        void this.#deliver(sending);
      };
      this.#waiting = { deliver, timer: globalThis.setTimeout(deliver, REORDER_HOLD_MS).unref() };
      return;
    }
    const done = this.#deliver(sending, delay_ms);
    if (waiting) {
      clearTimeout(waiting.timer);
      void done.then(waiting.deliver);
    }
  }

  async #deliver(sending: Sending, first_delay_ms = 0): Promise<void> {
    const { delivery } = sending;
    delivery.state = 'sending';
    this.#in_flight++;
    for (const delay_ms of [first_delay_ms, ...RETRY_DELAYS_MS]) {
      await this.#pause(delay_ms);
      if (this.#stop.signal.aborted) break;
      delivery.attempts++;
      delivery.status = await this.#attempt(sending);
      if (taken(delivery)) break;
      const { url, type, status } = delivery;
      this.options.log.info({ url, type, status }, 'webhook not taken');
    }
    this.#in_flight--;
    this.#settle(sending, taken(delivery) ? 'delivered' : 'given up');
  }

  #settle({ delivery, onDelivered }: Sending, state: 'delivered' | 'given up' | 'dropped'): void {
    delivery.state = state;
    if (state === 'delivered') onDelivered();
    this.options.onSettled(state);
  }

  async #attempt({ destination: { url, secret }, event }: Sending): Promise<number | null> {
    // The signature is over these very bytes.
    const text = JSON.stringify(event, null, 2);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
          'stripe-signature': this.#sign(text, secret),
        },
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

  /** https://docs.stripe.com/webhooks#verify-manually */
  #sign(text: string, secret: string): string {
    const at = Math.floor(this.options.now().getTime() / 1_000);
    const signature = createHmac('sha256', secret).update(`${at}.${text}`).digest('hex');
    return `t=${at},v1=${signature}`;
  }

  async #pause(delay_ms: number): Promise<void> {
    // Rejects on close: then there is nothing left to wait for.
    if (delay_ms > 0)
      await setTimeout(delay_ms, undefined, { signal: this.#stop.signal, ref: false }).catch(() => {});
  }
}

function taken({ status }: StripeDelivery): boolean {
  return status !== null && status >= 200 && status < 300;
}
