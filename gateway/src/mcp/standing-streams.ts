import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { asFault, type FailureFrame, type Fault, fault, fromFailure, toFailure } from '@florin/faults';
import { z } from 'zod';
import type { ReplicaBus } from '../nats/replica-bus.js';
import { toNotification } from '../subscriptions/change.js';
import type { Access, Subscription, WantedLists } from '../subscriptions/subscription.js';
import type { Subscriptions } from '../subscriptions/subscriptions.js';
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
  z.object({ kind: z.literal('unwatch'), uri: z.string() }),
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

  /** Asks for a moment: clients open their stream and subscribe at once, and either may come first. */
  async function askOnceOpen(key: string, what: ToStream) {
    for (let tries = 0; tries < OPENING_TRIES; tries += 1) {
      const answer = await ask(key, what, WATCH_TIMEOUT_MS);
      if (answer !== undefined) return answer;
      await sleep(OPENING_RETRY_MS);
    }
    return undefined;
  }

  /** The client takes for granted that it is told of what it was told of before. What it may not see any more it is not. */
  async function restore(keys: readonly string[], subscription: Subscription): Promise<void> {
    for (const key of keys) {
      for (const uri of await watched.recall(key)) {
        await subscription.add(uri, `req_${randomUUID()}`).catch(() => undefined);
      }
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
          return data && stream.handle(data);
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
      void restore(owner.keys, subscription);
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
    },
    async unwatch(key, uri) {
      watched.forget(key, uri);
      await ask(key, { kind: 'unwatch', uri });
    },
    end: (key) => bus.publish(topicOf(key), { kind: 'end' } satisfies ToStream),
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
    const ok = !this.events.ended;
    if (asked.kind === 'watch') return this.#watch(asked.uri, asked.request_id);
    if (asked.kind === 'look') return { ok: ok && !this.#ending };
    if (asked.kind === 'message') this.events.send(asked.message);
    if (asked.kind === 'unwatch') this.subscription.remove(asked.uri);
    if (asked.kind === 'end') this.events.end();
    if (asked.kind === 'expect') this.#awaited += 1;
    if (asked.kind === 'settle') {
      this.#awaited -= 1;
      if (this.#ending) this.endWhenIdle();
    }
    return { ok };
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
