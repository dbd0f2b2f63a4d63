import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ReplicaBus } from '../nats/replica-bus.js';
import type { RequestId } from './rpc-error.js';

/** Who made a request, as far as it tells whose cancellation counts. */
export interface CallOrigin {
  authorization: string | undefined;
  /** What the session is known by; empty without one. */
  session: string;
}

interface CallInFlight extends CallOrigin {
  cancel(): void;
}

const cancellation = z.object({
  id: z.union([z.string().max(256), z.number()]),
  origin: z.string().max(128),
});

const TOPIC = 'calls.cancelled';

/**
 * The calls of clients of the 2025 revisions, whose cancellation is a request of its own and may come to another replica.
 * Since 2026-07-28 a client just closes the connection.
 */
export class CallsInFlight {
  readonly #bus: ReplicaBus;
  /** By the id of the request. Bounded by the connections that they hold open. */
  readonly #calls = new Map<RequestId, Set<CallInFlight>>();

  constructor(bus: ReplicaBus) {
    this.#bus = bus;
    bus.subscribe(TOPIC, (payload) => {
      const { data } = cancellation.safeParse(payload);
      if (data !== undefined) this.#cancel(data.id, data.origin);
    });
  }

  get size(): number {
    return this.#calls.size;
  }

  /** @param stop is aborted when the client cancels the call; `end` it when it is over */
  begin(id: RequestId, origin: CallOrigin, stop: AbortController): { end(): void } {
    const call: CallInFlight = { ...origin, cancel: () => stop.abort() };
    const calls = this.#calls.get(id) ?? new Set();
    this.#calls.set(id, calls.add(call));
    return {
      end: () => {
        calls.delete(call);
        if (calls.size === 0 && this.#calls.get(id) === calls) this.#calls.delete(id);
      },
    };
  }

  /** A client does not want the answer any more, wherever the call is under way. What it sends wrong is left out. */
  cancel(params: Record<string, unknown>, origin: CallOrigin): void {
    const { data } = cancellation.safeParse({ id: params.requestId, origin: fingerprint(origin) });
    if (data !== undefined) this.#bus.publish(TOPIC, data);
  }

  #cancel(id: string | number, origin: string): void {
    const meant = [...(this.#calls.get(id) ?? [])].filter((call) => fingerprint(call) === origin);
    // Two programs that share a credential and have no sessions count their requests alike: better none than the wrong one.
    if (meant.length === 1) meant[0]?.cancel();
  }
}

/**
 * Other replicas get no credential to see. A session is its caller's alone, and outlives the token: one that was refreshed
 * while the call was under way cancels it all the same.
 */
function fingerprint({ authorization = '', session }: CallOrigin): string {
  const origin = session === '' ? `credential ${authorization}` : `session ${session}`;
  return createHash('sha256').update(origin).digest('base64url');
}
