import type { Revocations } from '@florin/chassis';
import { asFault, type Fault, fault } from '@florin/faults';
import type { Caller } from '../auth/caller.js';
import type { Change, ListKind } from './change.js';
import type { Access, Sink, WantedLists } from './subscription.js';

/** A list may change with each replica that starts: a client that reads it anew each time would do nothing else. */
const LISTS_EVERY_MS = 3_000;
/** A client that reads nothing for that long is gone, or as good as. */
const BLOCKED_MAX_MS = 30_000;
/** A mesh token is exchanged again this long before it ends, by when the exchange has forgotten it. */
const RENEW_BEFORE_MS = 9_000;

interface Watched {
  /** What events know it by. */
  key: string;
  /** False until the caller was seen to read it: told before that, a stranger would learn that it changed. */
  confirmed: boolean;
}

/**
 * One open stream, and what its client has still to be told. Each resource and each list waits once, however often it
 * changes, so that a client that reads slowly costs no more than what it subscribed to.
 */
export class Stream {
  /** One program of one person. */
  readonly client: string;
  caller: Caller;
  readonly #access: Access;
  readonly #lists: WantedLists;
  readonly #sink: Sink;
  readonly #watched = new Map<string, Watched>();
  readonly #pendingUris = new Set<string>();
  readonly #pendingLists = new Set<ListKind>();
  /** What each list held when the client was last told of it. */
  readonly #told: Map<ListKind, string>;
  #listsAfter_ms = 0;
  /** Nothing comes before the client was told what it will be told: until then changes wait. */
  #begun = false;
  #blocked_since_ms: number | undefined;
  /** Whether the access still holds cannot be found out now: until it can, nothing is told, and nothing forgotten. */
  #paused = false;
  #verifying = false;

  constructor(access: Access, lists: WantedLists, sink: Sink) {
    this.#access = access;
    this.caller = access.caller;
    this.client = this.caller.client;
    this.#lists = lists;
    this.#sink = sink;
    this.#told = new Map([...lists.kinds].map((list) => [list, lists.fingerprint(list)]));
  }

  get size(): number {
    return this.#watched.size;
  }

  keys(): string[] {
    return [...this.#watched.values()].map(({ key }) => key);
  }

  has(uri: string): boolean {
    return this.#watched.has(uri);
  }

  isConfirmed(uri: string): boolean {
    return this.#watched.get(uri)?.confirmed === true;
  }

  add(uri: string, key: string): void {
    this.#watched.set(uri, this.#watched.get(uri) ?? { key, confirmed: false });
  }

  confirm(uri: string): void {
    const watched = this.#watched.get(uri);
    if (watched !== undefined) watched.confirmed = true;
  }

  /** @returns the key that nothing else of this stream is known by, if there is one */
  remove(uri: string): string | undefined {
    const key = this.#watched.get(uri)?.key;
    this.#watched.delete(uri);
    this.#pendingUris.delete(uri);
    return key === undefined || this.keys().includes(key) ? undefined : key;
  }

  /** One of the resources may read differently. */
  missed(uri: string): void {
    if (this.#watched.has(uri)) this.#pendingUris.add(uri);
  }

  changed(key: string): void {
    for (const [uri, watched] of this.#watched) if (watched.key === key) this.#pendingUris.add(uri);
  }

  listsMayDiffer(): void {
    for (const list of this.#lists.kinds) this.#pendingLists.add(list);
  }

  resume(): void {
    this.#begun = true;
    this.#blocked_since_ms = undefined;
  }

  end(why: Fault): void {
    this.#sink.end(why);
  }

  /** Tells what may be told now. @returns when to come back; never, where nothing waits but for the client */
  flush(now_ms: number): number {
    for (const uri of this.#pendingUris) {
      if (!this.#open) break;
      if (this.#watched.get(uri)?.confirmed !== true) continue;
      this.#pendingUris.delete(uri);
      this.#give({ kind: 'resource', uri }, now_ms);
    }
    const listsAreDue = now_ms >= this.#listsAfter_ms;
    for (const list of this.#pendingLists) {
      if (!listsAreDue || !this.#open) break;
      this.#pendingLists.delete(list);
      const fingerprint = this.#lists.fingerprint(list);
      // A service that went and came back shows what it showed before.
      if (fingerprint === this.#told.get(list)) continue;
      this.#told.set(list, fingerprint);
      this.#listsAfter_ms = now_ms + LISTS_EVERY_MS;
      this.#give({ kind: 'list', list }, now_ms);
    }
    return this.#open && this.#pendingLists.size > 0 ? this.#listsAfter_ms : Number.POSITIVE_INFINITY;
  }

  /** Ends the stream where its access has ended, or its client does not read. */
  async verify(revocations: Revocations, now_ms: number): Promise<void> {
    if (this.#blocked_since_ms !== undefined && now_ms - this.#blocked_since_ms > BLOCKED_MAX_MS) {
      return this.end(fault('RESOURCE_EXHAUSTED', 'The client does not read what it is sent.'));
    }
    if (this.#verifying) return;
    this.#verifying = true;
    try {
      await this.#requireAccess(revocations, now_ms);
      this.#paused = false;
    } catch (error) {
      const failure = asFault(error);
      if (failure.code === 'UNAUTHENTICATED' || failure.code === 'PERMISSION_DENIED') this.end(failure);
      else this.#paused = true;
    } finally {
      this.#verifying = false;
    }
  }

  async #requireAccess(revocations: Revocations, now_ms: number): Promise<void> {
    if (now_ms < this.caller.expires_at_ms - RENEW_BEFORE_MS) {
      try {
        return await revocations.check(this.caller.grounds);
      } catch (error) {
        if (asFault(error).code === 'UNAVAILABLE') throw error;
      }
    }
    const renewed = await this.#access.renew();
    if (renewed.user_id !== this.caller.user_id || renewed.view !== this.caller.view) {
      // Clients that open the stream again by themselves would not know that what they list is another list.
      for (const list of this.#lists.kinds) if (this.#open) this.#give({ kind: 'list', list }, now_ms);
      throw fault('INVALID_TOKEN', 'What this access may see has changed. Open the stream again.');
    }
    this.caller = renewed;
  }

  get #open(): boolean {
    return this.#begun && !this.#paused && this.#blocked_since_ms === undefined;
  }

  #give(change: Change, now_ms: number): void {
    if (!this.#sink.notify(change)) this.#blocked_since_ms = now_ms;
  }
}
