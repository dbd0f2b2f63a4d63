import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault, fault } from '@florin/faults';
import type { Client, ClientDuplexStream } from '@grpc/grpc-js';
import type { Logger } from '../logger.js';
import { channelOptions } from '../service-token.js';

/** As many as the other side answers at once. */
const MAX_UNANSWERED = 256;
const CONNECT_TIMEOUT_MS = 2_000;
const MIN_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 2_000;
/** Where requests run into their deadlines and nothing has come for so long, the other end is taken for dead. */
const STALLED_MS = 1_000;

/** A stream that ended sooner, without an answer, is opened again after a pause: the other end may take none. */
const SETTLED_MS = 1_000;

/** For a client on a connection of its own: the channel that others share would lead to a stopped peer again and again. */
export const streamChannelOptions = { ...channelOptions, 'grpc.use_local_subchannel_pool': 1 } as const;

interface Numbered {
  request_id: number;
}

interface Waiting<Response> {
  resolve(response: Response): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

interface Options<C extends Client, Request, Response> {
  /** Whom it asks, as errors begin with it, e.g. "The limits". */
  name: string;
  /** A new client, made with {@link streamChannelOptions}. */
  client(): C;
  open(client: C): ClientDuplexStream<Request & Numbered, Response>;
  logger: Logger;
}

/** Many requests over one stream, told apart by `request_id` and answered in any order. Connects by itself, again and again. */
export class StreamClient<C extends Client, Request, Response extends Numbered> {
  readonly #options: Options<C, Request, Response>;
  readonly #waiting = new Map<number, Waiting<Response>>();
  readonly #closed = new AbortController();
  readonly #kept: Promise<void>;
  #stream: ClientDuplexStream<Request & Numbered, Response> | undefined;
  /** The first attempt after a start or a break: requests wait for it, but not for those that follow its failure. */
  #connecting: Promise<unknown> | undefined;
  #lastId = 0;
  /** Since when something was asked and nothing has come, by the clock that nobody sets. */
  #silent_since_ms: number | undefined;
  #break: (why: Error) => void = () => undefined;
  #idle: () => void = () => undefined;

  constructor(options: Options<C, Request, Response>) {
    this.#options = options;
    this.#kept = this.#keepConnected();
  }

  /**
   * @throws Fault UNAVAILABLE, at once while nobody is there, and where the stream breaks before the answer;
   *   DEADLINE_EXCEEDED; RESOURCE_EXHAUSTED where too many wait
   */
  async ask(request: Request, timeout_ms: number): Promise<Response> {
    if (this.#stream === undefined && this.#connecting !== undefined) {
      await Promise.race([this.#connecting, sleep(timeout_ms, undefined, { ref: false })]);
    }
    const stream = this.#stream;
    if (stream === undefined) throw this.#unavailable('not connected');
    if (this.#waiting.size >= MAX_UNANSWERED) {
      throw fault('RESOURCE_EXHAUSTED', `${this.#options.name} cannot take more now. Try again in a moment.`);
    }
    return new Promise<Response>((resolve, reject) => {
      const request_id = this.#nextId();
      const timer = setTimeout(() => this.#late(request_id), timeout_ms);
      this.#waiting.set(request_id, { resolve, reject, timer });
      this.#silent_since_ms ??= performance.now();
      stream.write({ ...request, request_id });
    });
  }

  /** Lets what waits be answered or run into its deadline, and ends. Nothing may be asked any more. */
  async close(): Promise<void> {
    if (this.#waiting.size > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    }
    this.#closed.abort();
    this.#break(new Error('closed'));
    await this.#kept;
  }

  async #keepConnected(): Promise<void> {
    const { signal } = this.#closed;
    let backoff_ms = MIN_BACKOFF_MS;
    let isFirst = true;
    while (!signal.aborted) {
      const attempt = this.#connect().catch((error: unknown) => this.#notYet(error));
      if (isFirst) this.#connecting = attempt;
      const client = await attempt;
      this.#connecting = undefined;
      const hasWorked = client !== undefined && (await this.#hold(client));
      isFirst = client !== undefined;
      if (hasWorked) {
        backoff_ms = MIN_BACKOFF_MS;
        continue;
      }
      // Jittered, or all replicas come at once to a peer that starts.
      await sleep(backoff_ms * (0.5 + Math.random() / 2), undefined, { signal, ref: false }).catch(() => {});
      backoff_ms = Math.min(backoff_ms * 2, MAX_BACKOFF_MS);
    }
  }

  /** HTTP/2 has to be spoken at the other end: a stopped process still accepts connections. */
  async #connect(): Promise<C> {
    const client = this.#options.client();
    const { signal } = this.#closed;
    try {
      await new Promise<void>((resolve, reject) => {
        const giveUp = () => reject(new Error('closed'));
        signal.addEventListener('abort', giveUp, { once: true });
        client.waitForReady(Date.now() + CONNECT_TIMEOUT_MS, (error) => {
          signal.removeEventListener('abort', giveUp);
          if (error === undefined) resolve();
          else reject(error);
        });
      });
    } catch (error) {
      client.close();
      throw error;
    }
    this.#stream = this.#options.open(client);
    return client;
  }

  /** Until the stream ends, whatever ends it. @returns whether it was of any use */
  async #hold(client: C): Promise<boolean> {
    const stream = this.#stream;
    if (stream === undefined) return false;
    const opened_ms = performance.now();
    let hasAnswered = false;
    const why = await new Promise<Error>((resolve) => {
      this.#break = resolve;
      stream.on('data', (response: Response) => {
        hasAnswered = true;
        this.#receive(response);
      });
      stream.on('error', resolve);
      stream.on('end', () => resolve(new Error('the other end has closed the stream')));
      if (this.#closed.signal.aborted) resolve(new Error('closed'));
    });
    this.#stream = undefined;
    this.#silent_since_ms = undefined;
    stream.cancel();
    client.close();
    if (!this.#closed.signal.aborted) {
      this.#options.logger.warn({ err: why, peer: this.#options.name }, 'a stream has ended');
    }
    for (const id of [...this.#waiting.keys()]) this.#settle(id)?.reject(this.#unavailable(why));
    return hasAnswered || performance.now() - opened_ms >= SETTLED_MS;
  }

  #receive(response: Response): void {
    this.#settle(response.request_id)?.resolve(response);
    this.#silent_since_ms = this.#waiting.size > 0 ? performance.now() : undefined;
  }

  #late(request_id: number): void {
    const message = `${this.#options.name} did not answer in time. Try again in a moment.`;
    this.#settle(request_id)?.reject(fault('DEADLINE_EXCEEDED', message));
    const since = this.#silent_since_ms;
    if (since !== undefined && performance.now() - since >= STALLED_MS)
      this.#break(new Error('it is silent'));
  }

  #settle(request_id: number): Waiting<Response> | undefined {
    const found = this.#waiting.get(request_id);
    if (found === undefined) return undefined;
    clearTimeout(found.timer);
    this.#waiting.delete(request_id);
    if (this.#waiting.size === 0) this.#idle();
    return found;
  }

  #nextId(): number {
    do this.#lastId = (this.#lastId + 1) >>> 0;
    while (this.#waiting.has(this.#lastId));
    return this.#lastId;
  }

  #notYet(error: unknown): undefined {
    this.#options.logger.debug({ err: error, peer: this.#options.name }, 'no connection yet');
  }

  #unavailable(cause: unknown): Fault {
    const message = `${this.#options.name} cannot be reached right now. Try again in a moment.`;
    return fault('UNAVAILABLE', message, { cause });
  }
}
