import type { ServerResponse } from 'node:http';

/** Proxies close what says nothing for a minute. */
const KEEP_ALIVE_MS = 15_000;
/** A client that leaves that much unread is cut off: what waits for it is our memory. */
const UNREAD_MAX_BYTES = 1024 * 1024;

/** Server-sent events to one client: what the 2025 revisions stream, and the stream of HTTP+SSE. */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #keepAlive: NodeJS.Timeout;
  #ended = false;

  /** Sends the head at once, so that the client knows that its stream is open. */
  constructor(response: ServerResponse) {
    this.#response = response;
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    response.flushHeaders();
    this.#keepAlive = setInterval(() => this.#write(': keepalive\n\n'), KEEP_ALIVE_MS);
    this.#keepAlive.unref();
    response.once('close', () => this.end());
  }

  get ended(): boolean {
    return this.#ended;
  }

  /**
   * @param data is sent as JSON, unless it is text
   * @returns false where the client does not keep up
   */
  send(data: unknown, event = 'message'): boolean {
    const text = typeof data === 'string' ? data : JSON.stringify(data);
    return this.#write(`event: ${event}\ndata: ${text}\n\n`);
  }

  /** Calls back whenever the client has read what it was sent. */
  onRead(callback: () => void): void {
    this.#response.on('drain', callback);
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    clearInterval(this.#keepAlive);
    this.#response.end();
  }

  #write(text: string): boolean {
    // A response that was destroyed takes a write for an error, which nobody would catch.
    if (this.#ended || this.#response.destroyed) return false;
    const keepsUp = this.#response.write(text);
    if (this.#response.writableLength > UNREAD_MAX_BYTES) this.#response.destroy();
    return keepsUp;
  }
}
