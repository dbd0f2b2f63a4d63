import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createNatsLink, type Logger } from '@florin/chassis';

/** What one message may hold as JSON. A server of NATS takes 1 MiB unless it is told otherwise. */
export const MAX_MESSAGE_BYTES = 768 * 1024;

const RECONNECT_WAIT_MS = 500;
const PREFIX = 'florin_gateway.';
/** Dot-separated words of NATS, without its wildcards. */
const topicForm = /^[\w-]+(\.[\w-]+)*$/;

/** @returns the answer to a request, or a promise of it; undefined where this listener has none to give */
export type BusListener = (payload: unknown) => unknown;

/** What the replicas of the gateway say to each other. */
export interface ReplicaBus {
  /** This process, from its start to its end. */
  readonly replica: string;
  /** Whether the other replicas can be reached now. */
  readonly connected: boolean;
  /**
   * Tells every replica that listens, this one's own listeners at once. Without NATS only these: whoever cannot do without
   * the others has to ask ({@link ReplicaBus.request}).
   *
   * @param topic words of letters, digits, `-` and `_`, with dots between them
   * @throws RangeError where the payload is larger than {@link MAX_MESSAGE_BYTES} as JSON
   */
  publish(topic: string, payload: unknown): void;
  /**
   * Asks whoever listens, first here and then elsewhere, and takes the first answer.
   *
   * @returns undefined where nobody listens, or nobody answers in time, or NATS is away
   * @throws RangeError as {@link ReplicaBus.publish}
   */
  request(topic: string, payload: unknown, timeout_ms: number): Promise<unknown>;
  /** @returns ends it */
  subscribe(topic: string, listener: BusListener): () => void;
  /** Calls back each time that the other replicas can be reached again, and the first time. */
  onConnected(listener: () => void): void;
  /**
   * Listens to events of the services, `florin.>` and below, each of which comes to every replica.
   *
   * @param subject may have wildcards of NATS
   * @param onEvent gets the JSON of the event; what cannot be read is logged and left out
   */
  onEvents(subject: string, onEvent: (event: unknown, subject: string) => void): () => void;
  close(): Promise<void>;
}

interface Listening {
  /** Whole, with its prefix. */
  subject: string;
  onMessage(message: Received): void;
  /** On the connection that there is now. */
  subscription?: { unsubscribe(): void };
}

interface Received {
  subject: string;
  json(): unknown;
  respond(payload: string): boolean;
}

type Connection = Awaited<ReturnType<ReturnType<typeof createNatsLink>['connection']>>;

/**
 * One connection to NATS, made in the background and again whenever it is lost. Delivery is at most once: what must not be
 * lost has to be asked for again.
 *
 * @param options.url with the user and password
 */
export function createReplicaBus({ url, logger }: { url: string; logger: Logger }): ReplicaBus {
  const nats = createNatsLink({ url, name: 'gateway replicas', logger });
  const replica = randomUUID();
  const closed = new AbortController();
  const listening = new Set<Listening>();
  const local = new Map<string, Set<BusListener>>();
  const connectedListeners = new Set<() => void>();
  let connection: Connection | undefined;

  const answerHere = async (topic: string, payload: unknown): Promise<unknown> => {
    for (const listener of local.get(topic) ?? []) {
      const answer = await hear(listener, payload, logger);
      if (answer !== undefined) return answer;
    }
    return undefined;
  };

  const attach = (entry: Listening): void => {
    if (connection === undefined || connection.isClosed()) return;
    entry.subscription = connection.subscribe(entry.subject, {
      callback: (error, message) => {
        if (error) logger.warn({ err: error, subject: entry.subject }, 'NATS refuses a subscription');
        else entry.onMessage(message);
      },
    });
  };

  const listen = (subject: string, onMessage: Listening['onMessage']): (() => void) => {
    const entry: Listening = { subject, onMessage };
    listening.add(entry);
    attach(entry);
    return () => {
      listening.delete(entry);
      if (connection?.isClosed() === false) entry.subscription?.unsubscribe();
    };
  };

  const listenToTopic = (topic: string): (() => void) =>
    listen(`${PREFIX}${topic}`, (message) => {
      const { from, payload } = read(message, logger) as { from?: string; payload?: unknown };
      if (from === undefined || from === replica) return;
      for (const listener of local.get(topic) ?? []) {
        const respond = async (said: unknown) => {
          const answer = await listener(said);
          if (answer !== undefined) message.respond(encode(replica, answer));
        };
        void hear(respond, payload, logger);
      }
    });

  async function run(): Promise<void> {
    while (!closed.signal.aborted) {
      try {
        connection = await nats.connection();
        for (const entry of listening) attach(entry);
        for (const listener of connectedListeners) listener();
        await connection.closed();
      } catch (error) {
        logger.debug({ err: error }, 'the other replicas cannot be reached yet');
      }
      await sleep(RECONNECT_WAIT_MS, undefined, { signal: closed.signal, ref: false }).catch(() => undefined);
    }
  }
  const running = run();
  /** Of each topic, what ends the listening at NATS. */
  const ends = new Map<string, () => void>();

  return {
    replica,
    get connected() {
      return nats.connected;
    },
    publish(topic, payload) {
      const text = encode(replica, payload);
      for (const listener of local.get(topic) ?? []) void hear(listener, payload, logger);
      // A connection that is lost would keep what is published until it is back: stale by then.
      if (nats.connected) connection?.publish(PREFIX + checked(topic), text);
    },
    async request(topic, payload, timeout_ms) {
      const text = encode(replica, payload);
      const here = await answerHere(topic, payload);
      if (here !== undefined || !nats.connected || connection === undefined) return here;
      try {
        const answer = await connection.request(PREFIX + checked(topic), text, { timeout: timeout_ms });
        return (read(answer, logger) as { payload?: unknown }).payload;
      } catch {
        return undefined; // Nobody listens, or nobody answered in time.
      }
    },
    subscribe(topic, listener) {
      const listeners = local.get(checked(topic)) ?? new Set();
      if (listeners.size === 0) ends.set(topic, listenToTopic(topic));
      local.set(topic, listeners.add(listener));
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0 || local.get(topic) !== listeners) return;
        local.delete(topic);
        ends.get(topic)?.();
        ends.delete(topic);
      };
    },
    onConnected: (listener) => void connectedListeners.add(listener),
    onEvents: (subject, onEvent) =>
      listen(subject, (message) => {
        const event = read(message, logger);
        if (event !== unreadable) onEvent(event, message.subject);
      }),
    async close() {
      closed.abort();
      await nats.close();
      await running;
    },
  };
}

const unreadable = Object.freeze({});

function encode(from: string, payload: unknown): string {
  const text = JSON.stringify({ from, payload });
  if (Buffer.byteLength(text) <= MAX_MESSAGE_BYTES) return text;
  throw new RangeError(`a message to the other replicas is larger than ${MAX_MESSAGE_BYTES} bytes`);
}

function read(message: Received, logger: Logger): unknown {
  try {
    return message.json() ?? unreadable;
  } catch (error) {
    logger.warn({ err: error, subject: message.subject }, 'a message cannot be read');
    return unreadable;
  }
}

/** A listener that fails must not keep the others from hearing. It begins at once, and is waited for where it answers. */
async function hear(listener: BusListener, payload: unknown, logger: Logger): Promise<unknown> {
  try {
    return await listener(payload);
  } catch (error) {
    logger.error({ err: error }, 'a message of another replica cannot be handled');
    return undefined;
  }
}

function checked(topic: string): string {
  if (topicForm.test(topic)) return topic;
  throw new RangeError(`no topic: ${topic}`);
}
