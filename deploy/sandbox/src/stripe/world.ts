import { IdempotencyKeys } from './idempotency.js';
import { newStripeId } from './ids.js';
import type { Journal } from './journal.js';
import { type EventObject, type HiddenPatch, type Kind, type Kinds, type Row, Store } from './store.js';
import { API_VERSION } from './version.js';
import type { WebhookSender } from './webhooks.js';

const EVENTS_KEPT_S = 30 * 86_400;
const MAX_EVENTS = 20_000;

export interface WorldOptions {
  now: () => Date;
  /** undefined keeps everything in memory only. */
  journal: Journal | undefined;
  sender: WebhookSender;
  ach_settles_after_ms: number;
  payouts_arrive_after_ms: number;
}

/** The request in whose name objects change: shown in its events. */
export interface RequestMark {
  id: string;
  idempotency_key: string | null;
}

/** What Stripe knows, its clock, and who is told of changes. */
export class World {
  readonly store = new Store();
  readonly keys = new IdempotencyKeys();
  #ahead_ms = 0;
  #clock_saved_ms = 0;
  #request: RequestMark | null = null;

  constructor(readonly options: WorldOptions) {
    const kept = options.journal?.read();
    for (const row of kept?.rows ?? []) this.store.restore(row);
    for (const record of kept?.idempotency ?? []) this.keys.restore(record);
    this.#ahead_ms = kept?.clock_ahead_ms ?? 0;
    this.#clock_saved_ms = this.#ahead_ms;
    this.compact();
  }

  nowMs(): number {
    return this.options.now().getTime() + this.#ahead_ms;
  }

  /** Seconds since 1970, as all of Stripe's times are. */
  now(): number {
    return Math.floor(this.nowMs() / 1_000);
  }

  /** Moves this stand-in's clock alone ahead. Webhooks go on being signed with the time of everybody else. */
  advance(by_ms: number): void {
    this.#ahead_ms += by_ms;
  }

  /** Work done at once, in the name of a request. */
  during<Result>(request: RequestMark | null, work: () => Result): Result {
    this.#request = request;
    try {
      return work();
    } finally {
      this.#request = null;
    }
  }

  /** Records what happened to an object, as it is now, and tells the endpoints that listen for it. */
  emit(type: string, row: Row, previous?: Record<string, unknown>, account = row.account): EventObject {
    const event: EventObject = {
      id: newStripeId('evt'),
      object: 'event',
      ...(account === null ? {} : { account }),
      api_version: API_VERSION,
      created: this.now(),
      data: {
        object: structuredClone(row.object),
        ...(previous && Object.keys(previous).length > 0 ? { previous_attributes: previous } : {}),
      },
      livemode: false,
      pending_webhooks: 0,
      request: this.#request ?? { id: null, idempotency_key: null },
      type,
    };
    const listening = this.listening(event);
    event.pending_webhooks = listening.length;
    const kept = this.store.insert('event', event, account);
    this.store.trim('event', MAX_EVENTS);
    for (const endpoint of listening) {
      this.options.sender.send(endpoint, event, () => {
        const pending_webhooks = Math.max(0, kept.object.pending_webhooks - 1);
        this.store.change(kept, { pending_webhooks });
      });
    }
    return event;
  }

  /** Where an event goes to: "Connect" endpoints hear of connected accounts, the others of the platform. */
  listening({ type, account }: EventObject): { url: string; secret: string }[] {
    return this.store
      .newest('webhook_endpoint')
      .filter(({ object, hidden }) => {
        const wanted = object.enabled_events.includes('*') || object.enabled_events.includes(type);
        const own =
          (account !== undefined) === (hidden.connect ?? false) || object.id === CONFIGURED_ENDPOINT;
        return object.status === 'enabled' && !hidden.deleted && wanted && own;
      })
      .map(({ object, hidden }) => ({ url: object.url, secret: hidden.secret ?? '' }));
  }

  /** Changes an object and tells of it. */
  change<K extends Kind>(
    row: Row<K>,
    type: string,
    patch: Partial<Kinds[K]>,
    hidden: HiddenPatch = {},
  ): void {
    const previous = this.store.change(row, patch, hidden);
    this.emit(type, row, previous);
  }

  /** Makes what changed survive a restart. Called before a change is answered. */
  save(): void {
    const { journal } = this.options;
    const rows = this.store.takeChanged();
    const records = this.keys.takeUnsaved();
    if (!journal) return;
    journal.append([
      ...rows.map((row) => ({ row })),
      ...records.map((idempotency) => ({ idempotency })),
      ...(this.#clock_saved_ms === this.#ahead_ms ? [] : [{ clock_ahead_ms: this.#ahead_ms }]),
    ]);
    this.#clock_saved_ms = this.#ahead_ms;
  }

  /** "Events going back up to 30 days", keys to 24 hours; older ones are forgotten, on disk too. */
  compact(): void {
    this.keys.prune(this.nowMs());
    const oldest = this.now() - EVENTS_KEPT_S;
    for (const row of this.store.newest('event')) if (row.object.created < oldest) this.store.forget(row);
    this.options.journal?.compact([
      ...this.store.all().map((row) => ({ row })),
      ...this.keys.all().map((idempotency) => ({ idempotency })),
      { clock_ahead_ms: this.#ahead_ms },
    ]);
  }
}

/** The endpoint that the environment names; it hears of connected accounts too. */
export const CONFIGURED_ENDPOINT = 'we_configured';
