import type { Revocations } from '@florin/chassis';
import { asFault, fault } from '@florin/faults';
import type { ReplicaBus } from '../nats/replica-bus.js';
import { createChangeFeed } from './change-feed.js';
import type { ResourceCheck } from './resource-check.js';
import { Stream } from './stream.js';
import type { Access, Sink, Subscription, WantedLists } from './subscription.js';

/** Each URI is read once at subscribing, and may wait once for a client that does not read. */
export const URIS_MAX = 64;
/** What changes twice within that time is told once. */
const FLUSH_AFTER_MS = 50;
const VERIFY_EVERY_MS = 500;

/** Tells clients what has changed, whatever transport they are on. */
export interface Subscriptions {
  /**
   * Opens a stream, without resources at first.
   *
   * @throws Fault RESOURCE_EXHAUSTED where the client, or everybody together, has too many
   */
  open(access: Access, lists: WantedLists, sink: Sink): Subscription;
  /** Something reads differently that no event tells of. */
  changed(keys: readonly string[]): void;
  /** The merged catalogue is another one: who asked for lists is told of those that differ. */
  catalogueChanged(): void;
  readonly size: number;
  /** Ends every stream, and opens no more. */
  close(): void;
}

interface SubscriptionsOptions {
  check: ResourceCheck;
  bus: Pick<ReplicaBus, 'onEvents' | 'connected'>;
  revocations: Revocations;
  /** How many streams one client may have open, and all together at this replica. */
  limits: { per_client: number; total: number };
  now_ms?: () => number;
}

export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { check, bus, revocations, limits, now_ms = Date.now } = options;
  const streams = new Registry();
  let flushing: { timer: NodeJS.Timeout; at_ms: number } | undefined;
  let verifying: NodeJS.Timeout | undefined;
  let closed = false;

  function flushAt(at_ms: number): void {
    if (flushing !== undefined && flushing.at_ms <= at_ms) return;
    clearTimeout(flushing?.timer);
    flushing = { timer: setTimeout(flush, at_ms - now_ms()).unref(), at_ms };
  }

  function flush(): void {
    flushing = undefined;
    const at_ms = now_ms();
    let next_ms = Number.POSITIVE_INFINITY;
    for (const stream of streams.all) next_ms = Math.min(next_ms, stream.flush(at_ms));
    if (next_ms < Number.POSITIVE_INFINITY) flushAt(Math.max(next_ms, at_ms + FLUSH_AFTER_MS));
  }

  const flushSoon = () => flushAt(now_ms() + FLUSH_AFTER_MS);

  function changed(keys: readonly string[]): void {
    const told = keys.map((key) => streams.changed(key));
    if (told.includes(true)) flushSoon();
  }

  const feed = createChangeFeed(bus, {
    changed,
    mayHaveMissed() {
      for (const stream of streams.all) for (const key of stream.keys()) stream.changed(key);
      flushSoon();
    },
  });

  async function verify(): Promise<void> {
    await Promise.all([...streams.all].map((stream) => stream.verify(revocations, now_ms())));
    // What waited for identity to be asked again.
    flushSoon();
  }

  function remove(stream: Stream): void {
    streams.remove(stream);
    if (streams.all.size > 0) return;
    feed.stop();
    clearInterval(verifying);
    verifying = undefined;
  }

  function requireRoom(client: string): void {
    if (closed) throw restarting();
    const open = streams.ofClient(client);
    if (open >= limits.per_client) throw tooMany(`This client has ${open} streams open, which is the most`);
    if (streams.all.size >= limits.total) throw tooMany('Too many streams are open here');
  }

  return {
    get size() {
      return streams.all.size;
    },
    open(access, lists, sink) {
      const ending: Sink = {
        notify: (change) => sink.notify(change),
        end(why) {
          remove(stream);
          sink.end(why);
        },
      };
      const stream: Stream = new Stream(access, lists, ending);
      requireRoom(stream.client);
      streams.add(stream);
      feed.start();
      verifying ??= setInterval(() => void verify(), VERIFY_EVERY_MS).unref();
      return {
        has: (uri) => stream.has(uri),
        async add(uri, request_id) {
          if (stream.size >= URIS_MAX && !stream.has(uri))
            throw tooMany(`A stream is told of ${URIS_MAX} resources, and no more`);
          // Listened to before it is read, so that no change falls between the two.
          streams.watch(stream, uri, check.key(stream.caller, uri));
          try {
            await check.read(stream.caller, uri, request_id);
            stream.confirm(uri);
          } catch (error) {
            // Asked for twice, it was seen before; that its service is away now is no reason to forget it.
            if (!stream.isConfirmed(uri) || !isAway(error)) streams.unwatch(stream, uri);
            throw error;
          }
        },
        missed(uri) {
          stream.missed(uri);
          flushSoon();
        },
        remove: (uri) => streams.unwatch(stream, uri),
        resume() {
          stream.resume();
          flushAt(now_ms());
        },
        end: () => remove(stream),
      };
    },
    changed,
    catalogueChanged() {
      for (const stream of streams.all) stream.listsMayDiffer();
      if (streams.all.size > 0) flushSoon();
    },
    close() {
      closed = true;
      for (const stream of streams.all) stream.end(restarting());
      clearTimeout(flushing?.timer);
    },
  };
}

/** Whether a resource could not be asked for, rather than not seen. */
export function isAway(error: unknown): boolean {
  const { code } = asFault(error);
  return code === 'UNAVAILABLE' || code === 'DEADLINE_EXCEEDED';
}

/** The open streams, by what they are told of. */
class Registry {
  readonly all = new Set<Stream>();
  readonly #perClient = new Map<string, number>();
  readonly #byKey = new Map<string, Set<Stream>>();

  ofClient(client: string): number {
    return this.#perClient.get(client) ?? 0;
  }

  add(stream: Stream): void {
    this.all.add(stream);
    this.#perClient.set(stream.client, this.ofClient(stream.client) + 1);
  }

  remove(stream: Stream): void {
    if (!this.all.delete(stream)) return;
    for (const key of stream.keys()) this.#unlink(key, stream);
    const left = this.ofClient(stream.client) - 1;
    if (left > 0) this.#perClient.set(stream.client, left);
    else this.#perClient.delete(stream.client);
  }

  watch(stream: Stream, uri: string, key: string): void {
    stream.add(uri, key);
    // One that has ended while its client still asks is told nothing.
    if (this.all.has(stream)) this.#byKey.set(key, (this.#byKey.get(key) ?? new Set()).add(stream));
  }

  unwatch(stream: Stream, uri: string): void {
    const key = stream.remove(uri);
    if (key !== undefined) this.#unlink(key, stream);
  }

  /** @returns whether anybody is told of it */
  changed(key: string): boolean {
    const interested = this.#byKey.get(key);
    for (const stream of interested ?? []) stream.changed(key);
    return interested !== undefined;
  }

  #unlink(key: string, stream: Stream): void {
    const interested = this.#byKey.get(key);
    interested?.delete(stream);
    if (interested?.size === 0) this.#byKey.delete(key);
  }
}

function restarting() {
  return fault('UNAVAILABLE', 'The gateway is restarting. Open the stream again.');
}

function tooMany(what: string) {
  return fault('RESOURCE_EXHAUSTED', `${what}. End one before you open another.`);
}
