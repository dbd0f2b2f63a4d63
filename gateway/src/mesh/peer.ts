import type { Clock, Logger } from '@florin/chassis';
import { asFault } from '@florin/faults';
import type { Description } from '@florin/proto';
import { Bulkhead } from './bulkhead.js';
import type { MeshCall, Provider } from './call.js';
import { type ProviderCatalogue, parseCatalogue } from './catalogue.js';
import { CallTimedOut, LinkBroken } from './link.js';
import { LinkPool } from './link-pool.js';
import { busy, cutOff, timedOut, unavailable } from './outcome.js';

/** A link that broke is usually back at once; waiting this long hides most of it, and is no queue yet. */
const RECONNECT_WAIT_MS = 250;
/** A service that has been gone for longer is down, and calls to it fail at once. */
const RECONNECTING_MS = 1_500;
/** A call that was cut off has waited already: reconnecting takes about a second. */
const RETRY_WAIT_MS = 2_000;
const DESCRIBE_RETRY_MIN_MS = 250;
const DESCRIBE_RETRY_MAX_MS = 5_000;

/** A service grants 512 calls to each gateway; what waits for longer would be late anyway, and clients give up after 60 s. */
const bulkhead = {
  in_flight: 512,
  in_flight_per_client: 128,
  in_flight_per_person: 256,
  waiting: 1_024,
  waiting_per_client: 128,
  waiting_per_person: 256,
  waiting_bytes: 32 * 1024 * 1024,
  wait_ms: 2_000,
};

export interface PeerStatus {
  name: string;
  /** down: no stream is open; degraded: some are, or its catalogue cannot be had. */
  status: 'up' | 'degraded' | 'down';
  /** Of the build that was described last; empty before that. */
  version: string;
  /** Empty where the service has no provider. */
  mode: string;
  /** Since when it has this status. */
  since: string;
}

interface PeerOptions {
  name: string;
  address: string;
  call_timeout_ms: number;
  now: Clock;
  logger: Logger;
  /** Its catalogue is another one than before. */
  onCatalogue(): void;
  onStatus(): void;
}

/**
 * One service of the mesh. Its catalogue outlives its connections: while it is down its tools stay listed, calls to them
 * fail at once, and work again as soon as it is back.
 */
export class Peer implements Provider {
  readonly name: string;
  readonly #options: PeerOptions;
  readonly #pool: LinkPool;
  readonly #bulkhead: Bulkhead;
  #catalogue: ProviderCatalogue | undefined;
  #contentHash: string | undefined;
  #described: { version: string; mode: string } | undefined;
  #describeFailed = false;
  #status: PeerStatus['status'] = 'down';
  #since: Date;
  #describeTimer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: PeerOptions) {
    this.name = options.name;
    this.#options = options;
    this.#since = options.now();
    this.#bulkhead = new Bulkhead(options.name, bulkhead);
    this.#pool = new LinkPool(options.address, options.logger, {
      onConnected: (describe) => void this.#describe(describe),
      onCatalogueChanged: (content_hash, describe) => {
        if (content_hash !== this.#contentHash) void this.#describe(describe);
      },
      onReplicaLost: () => {
        // What was shown last may be of a build that runs no more.
        if (this.linksUp > 0) void this.#describe(() => this.#pool.describe());
      },
      onLinksChanged: () => this.#judge(),
    });
  }

  /** What it shows; undefined until it has been asked once. */
  get catalogue(): ProviderCatalogue | undefined {
    return this.#catalogue;
  }

  get linksUp(): number {
    return this.#pool.linksUp.length;
  }

  /** Calls under way, and those that wait for their turn. */
  get load(): { in_flight: number; waiting: number } {
    return { in_flight: this.#bulkhead.inFlight, waiting: this.#bulkhead.waiting };
  }

  get status(): PeerStatus {
    const { version = '', mode = '' } = this.#described ?? {};
    return { name: this.name, status: this.#status, version, mode, since: this.#since.toISOString() };
  }

  async call(call: MeshCall): Promise<Buffer> {
    // Of the whole call, the waiting and a second try included: clients have given up after that.
    const deadline_ms = performance.now() + this.#options.call_timeout_ms;
    const { person, client, arguments_json, signal } = call;
    const turn = this.#bulkhead.enter(person, client, arguments_json.length, signal);
    if (turn !== undefined) await turn;
    try {
      return await this.#callNow(call, deadline_ms);
    } finally {
      this.#bulkhead.leave(person, client);
    }
  }

  async #callNow(call: MeshCall, deadline_ms: number): Promise<Buffer> {
    const mayWait = this.#options.now().getTime() - this.#since.getTime() < RECONNECTING_MS;
    try {
      return await this.#attempt(call, mayWait ? RECONNECT_WAIT_MS : 0, deadline_ms);
    } catch (error) {
      if (!(error instanceof LinkBroken)) throw this.#toFault(error, call);
      return this.#retry(call, error, deadline_ms);
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#describeTimer);
    this.#pool.close();
  }

  /** A call that the service cannot have seen, or that may be made twice, is made once more. */
  async #retry(call: MeshCall, broken: LinkBroken, deadline_ms: number): Promise<Buffer> {
    if (broken.sent && !call.read_only && !call.keyed) throw cutOff(call, this.name);
    this.#options.logger.info(
      { service: this.name, request_id: call.request_id },
      'repeating a call that was cut off',
    );
    try {
      return await this.#attempt(call, RETRY_WAIT_MS, deadline_ms);
    } catch (error) {
      const failure = this.#toFault(error, call);
      // That the second try could not even begin says nothing about the first one.
      const nothingKnown = failure.code === 'UNAVAILABLE' || failure.code === 'RESOURCE_EXHAUSTED';
      throw broken.sent && nothingKnown ? cutOff(call, this.name) : failure;
    }
  }

  async #attempt(call: MeshCall, wait_ms: number, deadline_ms: number): Promise<Buffer> {
    const bytes = call.arguments_json.length;
    const left = () => Math.max(1, Math.ceil(deadline_ms - performance.now()));
    if (wait_ms > 0) await this.#pool.waitForLink(Math.min(wait_ms, left()), call.signal);
    const link = this.#pool.pick(bytes);
    if (link !== undefined) return link.call(call, left());
    throw this.#pool.linksUp.length === 0 ? unavailable(this.name) : busy(this.name);
  }

  #toFault(error: unknown, call: MeshCall) {
    if (error instanceof CallTimedOut) return timedOut(call, this.name, this.#options.call_timeout_ms);
    if (error instanceof LinkBroken) {
      return error.sent ? cutOff(call, this.name) : unavailable(this.name);
    }
    return asFault(error);
  }

  async #describe(describe: () => Promise<Description>, retry_ms = DESCRIBE_RETRY_MIN_MS): Promise<void> {
    clearTimeout(this.#describeTimer);
    try {
      const description = await describe();
      if (this.#closed) return;
      this.#adopt(description);
      this.#describeFailed = false;
    } catch (error) {
      if (this.#closed) return;
      this.#describeFailed = true;
      this.#options.logger.warn({ service: this.name, err: error }, 'the catalogue cannot be had');
      if (this.linksUp > 0) {
        const next_ms = Math.min(retry_ms * 2, DESCRIBE_RETRY_MAX_MS);
        // The next replica: the one that failed may be hung, or gone for good.
        const again = () => this.#pool.describe();
        this.#describeTimer = setTimeout(() => void this.#describe(again, next_ms), retry_ms);
        this.#describeTimer.unref();
      }
    }
    this.#judge();
  }

  #adopt({ content_hash, catalogue_json, version, mode }: Description): void {
    this.#described = { version, mode };
    if (content_hash === this.#contentHash) return;
    this.#catalogue = parseCatalogue(catalogue_json);
    this.#contentHash = content_hash;
    this.#options.logger.info({ service: this.name, version, content_hash }, 'catalogue read');
    this.#options.onCatalogue();
  }

  #judge(): void {
    const whole = this.#pool.isWhole && this.#described !== undefined && !this.#describeFailed;
    const status = this.linksUp === 0 ? 'down' : whole ? 'up' : 'degraded';
    if (status === this.#status) return;
    this.#status = status;
    this.#since = this.#options.now();
    this.#options.logger.info({ service: this.name, status }, 'service status changed');
    this.#options.onStatus();
  }
}
