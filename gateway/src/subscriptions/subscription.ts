import type { Fault } from '@florin/faults';
import type { Caller } from '../auth/caller.js';
import type { Change, ListKind } from './change.js';

/** Whose stream it is, and how to find out whether it still may be. */
export interface Access {
  caller: Caller;
  /**
   * Who is calling by the same credential now.
   *
   * @throws Fault UNAUTHENTICATED where it is not good any more, UNAVAILABLE while that cannot be asked
   */
  renew(): Promise<Caller>;
}

/** The lists that a client wants to be told of. */
export interface WantedLists {
  kinds: ReadonlySet<ListKind>;
  /** What a list holds for this client now: equal text for equal lists. */
  fingerprint(list: ListKind): string;
}

/** The way to one client. */
export interface Sink {
  /** @returns false where the client does not keep up: nothing more is given until {@link Subscription.resume} */
  notify(change: Change): boolean;
  /** Nothing comes after this. */
  end(why: Fault): void;
}

/** What one stream is told of. */
export interface Subscription {
  /**
   * Adds a resource, once the caller was seen to read it.
   *
   * @throws Fault UNKNOWN_RESOURCE, INSUFFICIENT_SCOPE, RESOURCE_EXHAUSTED where the stream has too many, or what the
   *   service answers: NOT_FOUND for another's
   */
  add(uri: string, request_id: string): Promise<void>;
  /** Whether the client is told of it, or will be once it was seen to read it. */
  has(uri: string): boolean;
  /** A resource may have changed without anybody having heard of it: the client is told that it did. */
  missed(uri: string): void;
  remove(uri: string): void;
  /** The client has read what it was given; the first time, that it may be told at all. */
  resume(): void;
  /** The stream is gone. */
  end(): void;
}
