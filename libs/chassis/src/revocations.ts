import { fault } from '@florin/faults';
import { LRUCache } from 'lru-cache';

/** Something that opens less than before, or nothing any more. */
export interface Revocation {
  /** A person, a session, an API key or an agent: `usr_…`, `ses_…`, `key_…`, `agt_…`. */
  id: string;
  /** By identity's clock. */
  changed_at_ms: number;
}

/** What a token stands on, each in the state in which identity saw it when it made the token. */
export type Grounds = readonly Revocation[];

/** Tells tokens that are still good from those that are not, although they have not expired. */
export interface Revocations {
  /**
   * Holds what it knows against the grounds of a token. It never goes by old knowledge: where nothing was heard for most of
   * a second, identity is asked.
   *
   * @throws Fault INVALID_TOKEN where a ground has changed since, UNAVAILABLE where identity cannot be asked
   */
  check(grounds: Grounds): Promise<void>;
}

/**
 * The age up to which knowledge is good enough: with the way to identity and back, what was revoked is refused within a
 * second. Heartbeats come four times as often, so that a late one costs nothing.
 */
const MAX_AGE_MS = 600;
/** Mesh tokens live for five minutes; later nobody has one that was made before. */
export const REMEMBER_MS = 6 * 60_000;
/** More than can be revoked within that time by people; the oldest, whose tokens have nearly expired, give way first. */
const MAX_REVOCATIONS = 100_000;

/** What one process knows, and since when it may have missed something. */
export class KnownRevocations implements Revocations {
  readonly #load: () => Promise<readonly Revocation[]>;
  readonly #changedAt = new LRUCache<string, number>({ max: MAX_REVOCATIONS, ttl: REMEMBER_MS });
  #loading: Promise<void> | undefined;
  /** By the clock that nobody sets: a corrected wall clock must not make old knowledge look new. */
  #complete_at_ms = Number.NEGATIVE_INFINITY;

  /** @param load asks for all that is to be remembered */
  constructor(load: () => Promise<readonly Revocation[]>) {
    this.#load = load;
  }

  async check(grounds: Grounds): Promise<void> {
    if (grounds.length === 0) return;
    if (performance.now() - this.#complete_at_ms > MAX_AGE_MS) await this.#reloadOrRefuse();
    const revoked = grounds.find(({ id, changed_at_ms }) => changed_at_ms < (this.#changedAt.get(id) ?? 0));
    if (revoked === undefined) return;
    throw fault('INVALID_TOKEN', 'This access has ended or was changed: sign in again.', {
      cause: `${revoked.id} has changed since the token was made`,
    });
  }

  learn(revocations: readonly Revocation[]): void {
    for (const { id, changed_at_ms } of revocations) {
      if (changed_at_ms > (this.#changedAt.get(id) ?? 0)) this.#changedAt.set(id, changed_at_ms);
    }
  }

  /** Nothing that was committed until now is missing. */
  isComplete(): void {
    this.#complete_at_ms = performance.now();
  }

  /** Asks for everything. Whoever needs it meanwhile waits for the same answer. */
  reload(): Promise<void> {
    this.#loading ??= this.#ask().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /** The same, but not by an answer that was on its way already. */
  async reloadAnew(): Promise<void> {
    await this.#loading?.catch(() => undefined);
    return this.reload();
  }

  async #ask(): Promise<void> {
    const asked_at_ms = performance.now();
    this.learn(await this.#load());
    this.#complete_at_ms = Math.max(this.#complete_at_ms, asked_at_ms);
  }

  async #reloadOrRefuse(): Promise<void> {
    try {
      await this.reload();
    } catch (error) {
      throw fault('UNAVAILABLE', 'Sign-ins cannot be checked right now. Try again in a few seconds.', {
        cause: error,
      });
    }
  }
}
