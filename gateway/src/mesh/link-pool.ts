import type { Logger } from '@florin/chassis';
import type { Description } from '@florin/proto';
import { Endpoint } from './endpoint.js';
import type { Link } from './link.js';
import { resolveAddresses } from './resolve.js';

const RESOLVE_EVERY_MS = 10_000;
/** After a loss the names are asked again soon, but not by every link that goes. */
const RESOLVE_SOON_MS = 250;
/** Above what the gateway takes at once; those above it are refused at once rather than held. */
const WAITERS_MAX = 1_024;

export interface LinkPoolEvents {
  /** A replica can be asked what it shows. */
  onConnected(describe: () => Promise<Description>): void;
  onCatalogueChanged(content_hash: string, describe: () => Promise<Description>): void;
  /** A replica that was connected cannot be called any more: it drains, or has gone. */
  onReplicaLost(): void;
  onLinksChanged(): void;
}

/** The links to every replica of one service. */
export class LinkPool {
  readonly #address: string;
  readonly #logger: Logger;
  readonly #events: LinkPoolEvents;
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #waiters = new Set<() => void>();
  #resolveTimer: NodeJS.Timeout | undefined;
  #resolveAt = Number.POSITIVE_INFINITY;
  #turn = 0;
  #closed = false;

  /** @param address `host:port`, where the host may have many addresses */
  constructor(address: string, logger: Logger, events: LinkPoolEvents) {
    this.#address = address;
    this.#logger = logger;
    this.#events = events;
    void this.#resolve();
  }

  get linksUp(): Link[] {
    return [...this.#endpoints.values()].flatMap((endpoint) => endpoint.linksUp);
  }

  /** Whether every replica known can be called. */
  get isWhole(): boolean {
    const endpoints = [...this.#endpoints.values()];
    return endpoints.length > 0 && endpoints.every(({ linksUp }) => linksUp.length > 0);
  }

  /** The least loaded link with room for `bytes`; links of equal load take turns. */
  pick(bytes: number): Link | undefined {
    const fit = this.linksUp.filter((link) => link.hasRoom(bytes));
    const least = Math.min(...fit.map((link) => link.load));
    const equal = fit.filter((link) => link.load === least);
    this.#turn += 1;
    return equal[this.#turn % equal.length];
  }

  /** Asks a replica that can be reached what it shows; each time the next. @throws where none can be, or it fails */
  describe(): Promise<Description> {
    const reachable = [...this.#endpoints.values()].filter(({ linksUp }) => linksUp.length > 0);
    this.#turn += 1;
    const endpoint = reachable[this.#turn % reachable.length];
    return endpoint === undefined
      ? Promise.reject(new Error('no replica is connected'))
      : endpoint.describe();
  }

  /** Resolves when a link comes up, or the time is over, or the caller is gone. */
  async waitForLink(timeout_ms: number, signal: AbortSignal): Promise<void> {
    if (this.linksUp.length > 0 || this.#waiters.size >= WAITERS_MAX || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.#waiters.delete(done);
        resolve();
      };
      const timer = setTimeout(done, timeout_ms);
      signal.addEventListener('abort', done, { once: true });
      this.#waiters.add(done);
    });
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#resolveTimer);
    for (const endpoint of this.#endpoints.values()) endpoint.close();
    this.#endpoints.clear();
    for (const wake of [...this.#waiters]) wake();
  }

  async #resolve(): Promise<void> {
    this.#resolveAt = Number.POSITIVE_INFINITY;
    try {
      const addresses = await resolveAddresses(this.#address);
      if (!this.#closed) this.#keepOnly(addresses);
    } catch (error) {
      // What is connected stays: a name server that fails must not take the mesh with it.
      this.#logger.warn({ address: this.#address, err: error }, 'the address cannot be resolved');
    }
    this.#resolveWithin(RESOLVE_EVERY_MS);
  }

  #resolveWithin(wait_ms: number): void {
    const at = Date.now() + wait_ms;
    if (this.#closed || at >= this.#resolveAt) return;
    clearTimeout(this.#resolveTimer);
    this.#resolveAt = at;
    this.#resolveTimer = setTimeout(() => void this.#resolve(), wait_ms);
    this.#resolveTimer.unref();
  }

  #keepOnly(addresses: readonly string[]): void {
    for (const [address, endpoint] of this.#endpoints) {
      // A replica that left the name while its streams still work is draining: it says itself when it ends them.
      if (addresses.includes(address) || endpoint.linksUp.length > 0) continue;
      this.#endpoints.delete(address);
      endpoint.close();
    }
    for (const address of addresses) {
      if (!this.#endpoints.has(address)) this.#endpoints.set(address, this.#connect(address));
    }
    this.#events.onLinksChanged();
  }

  #connect(address: string): Endpoint {
    const describe = () => endpoint.describe();
    let wasUp = false;
    const endpoint: Endpoint = new Endpoint(address, {
      onConnected: () => this.#events.onConnected(describe),
      onCatalogueChanged: (content_hash) => this.#events.onCatalogueChanged(content_hash, describe),
      onLinksChanged: () => {
        if (!endpoint.isWhole) this.#resolveWithin(RESOLVE_SOON_MS);
        const isUp = endpoint.linksUp.length > 0;
        if (isUp) for (const wake of [...this.#waiters]) wake();
        if (wasUp && !isUp) this.#events.onReplicaLost();
        wasUp = isUp;
        this.#events.onLinksChanged();
      },
    });
    return endpoint;
  }
}
