import type { FetchLike } from '@modelcontextprotocol/client';

interface Standing {
  /** Of the session that it belongs to; null without one. */
  session: string | null;
  stop: AbortController;
}

/**
 * The stream by which servers of the 2025 revisions tell of what nobody asked, seen by the requests that open it. The
 * transport opens it, and twice again when it is lost; whether it has given up is to be seen here.
 */
export class StandingStream {
  readonly #fetch: FetchLike;
  #open: Standing | undefined;
  #served = false;

  constructor(fetch: FetchLike) {
    this.#fetch = fetch;
  }

  /** Whether the server has served one, and none is open, nor being opened. */
  get isLost(): boolean {
    return this.#served && this.#open === undefined;
  }

  /** For the transport. One stream at once: a session that is begun anew has its own, which takes the place of the old one's. */
  readonly fetch: FetchLike = async (input, init) => {
    const headers = new Headers(init?.headers);
    const isStanding =
      init?.method === 'GET' &&
      headers.get('accept')?.includes('text/event-stream') === true &&
      !headers.has('last-event-id');
    if (!isStanding) return this.#fetch(input, init);
    const session = headers.get('mcp-session-id');
    // To the transport: there is none to be had, and that is no failure.
    if (this.#open?.session === session) return new Response(null, { status: 405 });
    this.#open?.stop.abort();
    const mine: Standing = { session, stop: new AbortController() };
    this.#open = mine;
    const closed = () => {
      if (this.#open === mine) this.#open = undefined;
    };
    try {
      const signal = AbortSignal.any([mine.stop.signal, ...(init.signal ? [init.signal] : [])]);
      const response = await this.#fetch(input, { ...init, signal });
      if (response.ok && response.body !== null) {
        this.#served = true;
        return new Response(watched(response.body, closed), response);
      }
      closed();
      return response;
    } catch (error) {
      closed();
      throw error;
    }
  };
}

/** The same bytes. @param closed is called once no more will come */
function watched(body: ReadableStream<Uint8Array>, closed: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        closed();
        controller.close();
      } catch (error) {
        closed();
        controller.error(error);
      }
    },
    cancel(reason) {
      closed();
      return reader.cancel(reason);
    },
  });
}
