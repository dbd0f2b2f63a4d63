import { fault } from '@florin/faults';

export interface BulkheadLimits {
  /** Calls under way at once: of all together, and of one client. */
  in_flight: number;
  in_flight_per_client: number;
  /** Calls that wait: of all together, of one client, and the bytes of their arguments. */
  waiting: number;
  waiting_per_client: number;
  waiting_bytes: number;
  wait_ms: number;
}

interface Waiting {
  bytes: number;
  start(): void;
}

/** One client, as long as it has calls here. */
interface Lane {
  in_flight: number;
  queue: Waiting[];
}

/**
 * Keeps one service, or one client, from taking up the gateway: what a service has under way is bounded, and what waits for
 * it as well. Who waits is served in turns, client by client, so that one with a thousand calls delays nobody's first.
 */
export class Bulkhead {
  readonly #service: string;
  readonly #limits: BulkheadLimits;
  /** In the order of their turns. */
  readonly #lanes = new Map<string, Lane>();
  #in_flight = 0;
  #waiting = 0;
  #waiting_bytes = 0;

  constructor(service: string, limits: BulkheadLimits) {
    this.#service = service;
    this.#limits = limits;
  }

  get inFlight(): number {
    return this.#in_flight;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Takes a place, mostly at once: then there is nothing to wait for. Who entered has to {@link leave}.
   *
   * @throws Fault RESOURCE_EXHAUSTED where too many wait, or it took too long; CANCELLED where the caller has gone
   */
  enter(client: string, bytes: number, signal: AbortSignal): Promise<void> | undefined {
    const lane = this.#lanes.get(client) ?? { in_flight: 0, queue: [] };
    if (this.#hasPlace(lane)) {
      this.#lanes.set(client, lane);
      this.#start(lane);
      return undefined;
    }
    this.#requireQueue(lane, bytes);
    this.#lanes.set(client, lane);
    return this.#wait(lane, client, bytes, signal);
  }

  leave(client: string): void {
    const lane = this.#lanes.get(client);
    if (lane === undefined) return;
    lane.in_flight -= 1;
    this.#in_flight -= 1;
    this.#drop(client, lane);
    this.#next();
  }

  #hasPlace(lane: Lane): boolean {
    const { in_flight, in_flight_per_client } = this.#limits;
    return this.#in_flight < in_flight && lane.in_flight < in_flight_per_client && lane.queue.length === 0;
  }

  #start(lane: Lane): void {
    lane.in_flight += 1;
    this.#in_flight += 1;
  }

  #requireQueue(lane: Lane, bytes: number): void {
    const { waiting, waiting_per_client, waiting_bytes } = this.#limits;
    if (lane.queue.length >= waiting_per_client) {
      const text = `You have ${lane.in_flight} calls to ${this.#service} under way and ${lane.queue.length} waiting`;
      throw this.#full(`${text}, which is the most. Wait for some of them to end.`);
    }
    if (this.#waiting >= waiting || this.#waiting_bytes + bytes > waiting_bytes) throw this.#busy();
  }

  #wait(lane: Lane, client: string, bytes: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', cancel);
        this.#waiting -= 1;
        this.#waiting_bytes -= bytes;
      };
      const giveUp = (why: Error) => {
        settle();
        lane.queue.splice(lane.queue.indexOf(waiting), 1);
        this.#drop(client, lane);
        reject(why);
      };
      const cancel = () => giveUp(fault('CANCELLED', 'The call was cancelled.'));
      const timer = setTimeout(() => giveUp(this.#busy()), this.#limits.wait_ms);
      const waiting: Waiting = {
        bytes,
        start: () => {
          settle();
          resolve();
        },
      };
      signal.addEventListener('abort', cancel, { once: true });
      this.#waiting += 1;
      this.#waiting_bytes += bytes;
      lane.queue.push(waiting);
    });
  }

  /** Gives a place that became free to the client whose turn it is. */
  #next(): void {
    if (this.#waiting === 0) return;
    for (const [client, lane] of this.#lanes) {
      if (this.#in_flight >= this.#limits.in_flight) return;
      const [waiting] = lane.queue;
      if (waiting === undefined || lane.in_flight >= this.#limits.in_flight_per_client) continue;
      lane.queue.shift();
      // To the end: everybody else comes first now.
      this.#lanes.delete(client);
      this.#lanes.set(client, lane);
      this.#start(lane);
      waiting.start();
      return;
    }
  }

  #drop(client: string, { in_flight, queue }: Lane): void {
    if (in_flight === 0 && queue.length === 0) this.#lanes.delete(client);
  }

  #busy() {
    return this.#full(`${this.#service} has too many calls at once. Try again in a moment.`);
  }

  #full(text: string) {
    return fault('RESOURCE_EXHAUSTED', text, { details: { service: this.#service } });
  }
}
