import { channelOptions } from '@florin/chassis';
import { type Description, florin } from '@florin/proto';
import { credentials } from '@grpc/grpc-js';
import { Link } from './link.js';

/** Two, so that one stream that is busy with a large message does not hold up every call. */
const LINKS = 2;
const REOPEN_MIN_MS = 50;
const REOPEN_MAX_MS = 1_000;
const DESCRIBE_TIMEOUT_MS = 3_000;

export interface EndpointEvents {
  /** The first of its links is up, after none was. */
  onConnected(): void;
  /** A link came up, went down or drains. */
  onLinksChanged(): void;
  onCatalogueChanged(content_hash: string): void;
}

/** One replica of a service, at one resolved address. Its links are opened again for as long as it is kept. */
export class Endpoint {
  readonly #client: InstanceType<typeof florin.mesh.v1.Capabilities>;
  readonly #events: EndpointEvents;
  readonly #links = new Set<Link>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #closed = false;

  /** @param address `10.0.0.7:9082` or `[fd00::7]:9082` */
  constructor(
    readonly address: string,
    events: EndpointEvents,
  ) {
    this.#client = new florin.mesh.v1.Capabilities(address, credentials.createInsecure(), channelOptions);
    this.#events = events;
    for (let slot = 0; slot < LINKS; slot++) this.#open(REOPEN_MIN_MS);
  }

  get linksUp(): Link[] {
    return [...this.#links].filter((link) => link.isUp);
  }

  /** Whether each of its links is up. */
  get isWhole(): boolean {
    return this.linksUp.length === LINKS;
  }

  describe(): Promise<Description> {
    return new Promise((resolve, reject) => {
      this.#client.Describe({}, { deadline: Date.now() + DESCRIBE_TIMEOUT_MS }, (error, description) => {
        if (error !== null) reject(error);
        else if (description === undefined) reject(new Error('Describe answered nothing'));
        else resolve(description);
      });
    });
  }

  /** Ends its links, and the calls on them. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    for (const link of this.#links) link.close();
    this.#client.close();
  }

  /** @param retry_ms how long to wait before the next try, should this link never come up */
  #open(retry_ms: number): void {
    let next_ms = Math.min(retry_ms * 2, REOPEN_MAX_MS);
    const link = new Link(this.#client, {
      onUp: () => {
        next_ms = REOPEN_MIN_MS;
        if (this.linksUp.length === 1) this.#events.onConnected();
        this.#events.onLinksChanged();
      },
      onDraining: () => this.#events.onLinksChanged(),
      onCatalogueChanged: (content_hash) => this.#events.onCatalogueChanged(content_hash),
      onClosed: () => {
        this.#links.delete(link);
        if (this.#closed) return;
        this.#reopenLater(next_ms);
        this.#events.onLinksChanged();
      },
    });
    this.#links.add(link);
  }

  #reopenLater(wait_ms: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#open(wait_ms);
    }, wait_ms);
    timer.unref();
    this.#timers.add(timer);
  }
}
