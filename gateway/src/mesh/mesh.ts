import type { Clock, Logger } from '@florin/chassis';
import type { Provider } from './call.js';
import type { ProviderCatalogue } from './catalogue.js';
import { type Collision, type MergedCatalogue, mergeCatalogues } from './merged-catalogue.js';
import { Peer } from './peer.js';

interface MeshOptions {
  /** In the order of the configuration, which decides collisions. */
  services: readonly { name: string; address: string }[];
  /** What the gateway itself provides: it comes before every service. */
  own: Provider & { catalogue: ProviderCatalogue };
  call_timeout_ms: number;
  now: Clock;
  logger: Logger;
}

/** All services, and what they show, merged. */
export class Mesh {
  readonly #options: MeshOptions;
  readonly #peers: readonly Peer[];
  readonly #providers: ReadonlyMap<string, Provider>;
  readonly #listeners = new Set<() => void>();
  readonly #statusListeners = new Set<() => void>();
  #merged: MergedCatalogue;

  constructor(options: MeshOptions) {
    this.#options = options;
    this.#merged = mergeCatalogues([{ provider: options.own.name, catalogue: options.own.catalogue }]);
    const { call_timeout_ms, now, logger } = options;
    this.#peers = options.services.map(
      ({ name, address }) =>
        new Peer({
          name,
          address,
          call_timeout_ms,
          now,
          logger,
          onCatalogue: () => this.#merge(),
          onStatus: () => this.#tellStatus(),
        }),
    );
    this.#providers = new Map([options.own, ...this.#peers].map((provider) => [provider.name, provider]));
  }

  /** Another object whenever it changed, so that what is derived from it can be kept by it. */
  get catalogue(): MergedCatalogue {
    return this.#merged;
  }

  get collisions(): readonly Collision[] {
    return this.#merged.collisions;
  }

  get peers(): readonly Pick<Peer, 'status' | 'linksUp' | 'load'>[] {
    return this.#peers;
  }

  /** The names of all who provide something, whether or not they were ever reached. */
  get services(): readonly string[] {
    return [...this.#providers.keys()];
  }

  /** Whether every service has been asked once what it shows. */
  get isComplete(): boolean {
    return this.#peers.every(({ catalogue }) => catalogue !== undefined);
  }

  /** @param name as an entry of the catalogue names it */
  provider(name: string): Provider {
    const provider = this.#providers.get(name);
    if (provider === undefined) throw new Error(`no provider ${name}`);
    return provider;
  }

  /** @param listener is told whenever the merged catalogue has become another */
  onCatalogue(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** @param listener is told whenever a service has come, gone, or works by half */
  onStatus(listener: () => void): void {
    this.#statusListeners.add(listener);
  }

  close(): void {
    for (const peer of this.#peers) peer.close();
  }

  #tellStatus(): void {
    for (const listener of this.#statusListeners) listener();
  }

  #merge(): void {
    const { own, logger } = this.#options;
    const described = this.#peers.flatMap(({ name, catalogue }) =>
      catalogue === undefined ? [] : [{ provider: name, catalogue }],
    );
    this.#merged = mergeCatalogues([{ provider: own.name, catalogue: own.catalogue }, ...described]);
    for (const collision of this.#merged.collisions) logger.error(collision, 'two services show the same');
    for (const listener of this.#listeners) listener();
  }
}
