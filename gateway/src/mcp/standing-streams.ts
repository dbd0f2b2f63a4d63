import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { asFault, type FailureFrame, type Fault, fault, fromFailure, toFailure } from '@florin/faults';
import { z } from 'zod';
import type { ReplicaBus } from '../nats/replica-bus.js';
import { toNotification } from '../subscriptions/change.js';
import type { Access, Subscription, WantedLists } from '../subscriptions/subscription.js';
import { isAway, type Subscriptions } from '../subscriptions/subscriptions.js';
import { EventStream } from './event-stream.js';
import { createWatchedResources } from './watched-resources.js';

/** A stream that a client of the 2025 revisions or of HTTP+SSE keeps open, and by which it is told of what it did not ask. */
export interface StreamOwner {
  /** What other replicas know the stream by. Nobody but its owner may be led to it. */
  keys: readonly string[];
  access: Access;
  lists: WantedLists;
}

export interface StandingStreams {
  /**
   * Opens a stream, until its client leaves or its access ends.
   *
   * @param first what the client is told before anything else
   * @throws Fault RESOURCE_EXHAUSTED where the client, or everybody together, has too many
   */
  open(response: ServerResponse, owner: StreamOwner, first?: (stream: EventStream) => void): void;
  /** Whether a stream is open, at any replica. */
  isOpen(key: string): Promise<boolean>;
  /** Answers are to come on a stream, or have come: one that ends with its gateway waits for them. */
  expect(key: string): Promise<void>;
  settle(key: string): Promise<void>;
  /** Hands a message to the client. @returns false where there is no such stream, or it does not read */
  send(key: string, message: object): Promise<boolean>;
  /**
   * Tells a stream of a resource from now on.
   *
   * @throws Fault as {@link Subscription.add}; FAILED_PRECONDITION where there is no stream to tell
   */
  watch(key: string, uri: string, request_id: string): Promise<void>;
  unwatch(key: string, uri: string): Promise<void>;
  /** Ends the streams of a key, wherever they are. */
  end(key: string): void;
  close(): void;
}

const toStream = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['look', 'expect', 'settle', 'end']) }),
  z.object({ kind: z.literal('message'), message: z.record(z.string(), z.unknown()) }),
  z.object({ kind: z.literal('watch'), uri: z.string(), request_id: z.string() }),
  z.object({ kind: z.enum(['unwatch', 'watched']), uri: z.string() }),
]);
type ToStream = z.infer<typeof toStream>;

const fromStream = z.object({
  ok: z.boolean(),
  failure: z
    .object({ code: z.number(), reason: z.string(), message: z.string(), retryable: z.boolean() })
    .optional(),
});

const TIMEOUT_MS = 2_000;
/** Subscribing reads the resource once, at its service. */
const WATCH_TIMEOUT_MS = 12_000;
const OPENING_TRIES = 10;
const OPENING_RETRY_MS = 100;
/** How long after its service was away a resource is asked for again, at first and at last. */
const RESTORE_AFTER_MS = 1_000;
const RESTORE_AFTER_MAX_MS = 30_000;

export function createStandingStreams(options: {
  subscriptions: Subscriptions;
  bus: ReplicaBus;
}): StandingStreams {
  const { subscriptions, bus } = options;
  const watched = createWatchedResources(bus);
  const all = new Set<OpenStream>();
  let closed = false;

  async function ask(key: string, what: ToStream, timeout_ms = TIMEOUT_MS) {
    return fromStream.safeParse(await bus.request(topicOf(key), what, timeout_ms)).data;
  }

  /** Every stream of a key: windows that have no session share theirs, and any of them may have subscribed. */
  function tell(key: string, what: ToStream): void {
    bus.publish(topicOf(key), what);
  }

  /** Asks for a moment: clients open their stream and subscribe at once, and either may come first. */
  async function askOnceOpen(key: string, what: ToStream) {
    for (let tries = 0; tries < OPENING_TRIES; tries += 1) {
      const answer = await ask(key, what, WATCH_TIMEOUT_MS);
      if (answer !== undefined) return answer;
      await sleep(OPENING_RETRY_MS);
    }
    return undefined;
  }

  /**
   * The client takes for granted that it is told of what it was told of before. What changed while it had no stream was
   * told to nobody, so it is told of each; of what it may not see any more it is not.
   */
  async function restore(keys: readonly string[], { events, subscription }: OpenStream): Promise<void> {
    for (let after_ms = RESTORE_AFTER_MS; ; after_ms = Math.min(2 * after_ms, RESTORE_AFTER_MAX_MS)) {
      let away = false;
      for (const uri of (await Promise.all(keys.map((key) => watched.recall(key)))).flat()) {
        if (events.ended) return;
        if (subscription.has(uri)) continue;
        try {
          await subscription.add(uri, `req_${randomUUID()}`);
          subscription.missed(uri);
        } catch (error) {
          away ||= isAway(error);
        }
      }
      if (!away) return;
      await sleep(after_ms, undefined, { ref: false });
    }
  }

  return {
    open(response, owner, first) {
      if (closed) throw fault('UNAVAILABLE', 'The gateway is restarting. Open the stream again.');
      const opened: { stream?: OpenStream } = {};
      const subscription = subscriptions.open(owner.access, owner.lists, {
        notify: (change) =>
          opened.stream?.events.send({ jsonrpc: '2.0', ...toNotification(change) }) === true,
        // A gateway that stops owes answers yet; whose access has ended gets none.
        end: (why) =>
          why.code === 'UNAVAILABLE' ? opened.stream?.endWhenIdle() : opened.stream?.events.end(),
      });
      const stream = new OpenStream(new EventStream(response), subscription);
      opened.stream = stream;
      all.add(stream);
      const unlisten = owner.keys.map((key) =>
        bus.subscribe(topicOf(key), (payload) => {
          const { data } = toStream.safeParse(payload);
          // One that has ended answers nothing: another of its name may be open.
          return data && !stream.events.ended ? stream.handle(data) : undefined;
        }),
      );
      response.once('close', () => {
        all.delete(stream);
        for (const end of unlisten) end();
        subscription.end();
      });
      stream.events.onRead(() => subscription.resume());
      first?.(stream.events);
      subscription.resume();
      void restore(owner.keys, stream);
    },
    isOpen: async (key) => (await ask(key, { kind: 'look' }))?.ok === true,
    expect: async (key) => void (await ask(key, { kind: 'expect' })),
    settle: async (key) => void (await ask(key, { kind: 'settle' })),
    async send(key, message) {
      const record = message as Record<string, unknown>;
      return (await ask(key, { kind: 'message', message: record }))?.ok === true;
    },
    async watch(key, uri, request_id) {
      const answer = await askOnceOpen(key, { kind: 'watch', uri, request_id });
      if (answer === undefined) {
        const text = 'There is no stream to be told by. Open one (GET, with this session), then subscribe.';
        throw fault('FAILED_PRECONDITION', text);
      }
      if (answer.failure !== undefined) throw fromFailure(withoutDetails(answer.failure));
      watched.remember(key, uri);
      tell(key, { kind: 'watched', uri });
    },
    async unwatch(key, uri) {
      watched.forget(key, uri);
      await ask(key, { kind: 'unwatch', uri });
      tell(key, { kind: 'unwatch', uri });
    },
    end: (key) => tell(key, { kind: 'end' }),
    close() {
      closed = true;
      for (const stream of all) stream.endWhenIdle();
    },
  };
}

/** A stream at this replica, with what others may ask of it. */
class OpenStream {
  #awaited = 0;
  #ending = false;

  constructor(
    readonly events: EventStream,
    readonly subscription: Subscription,
  ) {}

  /** Ends once everything that was asked for by it is answered. The gateway's own patience is the bound. */
  endWhenIdle(): void {
    this.#ending = true;
    if (this.#awaited <= 0) this.events.end();
  }

  async handle(asked: ToStream): Promise<z.input<typeof fromStream>> {
    if (asked.kind === 'watch') return this.#watch(asked.uri, asked.request_id);
    if (asked.kind === 'look') return { ok: !this.#ending };
    if (asked.kind === 'message') this.events.send(asked.message);
    if (asked.kind === 'watched' && !this.subscription.has(asked.uri)) {
      await this.#watch(asked.uri, `req_${randomUUID()}`);
    }
    if (asked.kind === 'unwatch') this.subscription.remove(asked.uri);
    if (asked.kind === 'end') this.events.end();
    if (asked.kind === 'expect') this.#awaited += 1;
    if (asked.kind === 'settle') {
      this.#awaited -= 1;
      if (this.#ending) this.endWhenIdle();
    }
    return { ok: true };
  }

  async #watch(uri: string, request_id: string): Promise<z.input<typeof fromStream>> {
    try {
      await this.subscription.add(uri, request_id);
      return { ok: true };
    } catch (error) {
      return { ok: false, failure: plain(asFault(error)) };
    }
  }
}

function plain(failure: Fault): Omit<FailureFrame, 'details_json'> {
  const { code, reason, message, retryable } = toFailure(failure);
  return { code, reason, message, retryable };
}

function withoutDetails(frame: Omit<FailureFrame, 'details_json'>): FailureFrame {
  return { ...frame, details_json: Buffer.alloc(0) };
}

function topicOf(key: string): string {
  return `stream.${key}`;
}
