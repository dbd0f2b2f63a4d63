import { fault } from '@florin/faults';

export interface BulkheadLimits {
  /** Calls under way at once: of all together, of one client, and of all clients of one person. */
  in_flight: number;
  in_flight_per_client: number;
  in_flight_per_person: number;
  /** Calls that wait: of all together, of one client, of all clients of one person, and the bytes of their arguments. */
  waiting: number;
  waiting_per_client: number;
  waiting_per_person: number;
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

/** One person, as long as any client of theirs has calls here. */
interface Person {
  in_flight: number;
  waiting: number;
  /** By client, in the order of their turns. */
  lanes: Map<string, Lane>;
}

/** Where a call waits. */
interface Place {
  person_id: string;
  client: string;
  person: Person;
  lane: Lane;
}

/**
 * Keeps one service, or one client, from taking up the gateway: what a service has under way is bounded, and what waits for
 * it as well. Who waits is served in turns, person by person and then client by client, so that one with a thousand calls
 * delays nobody's first; and who makes a thousand keys has no more turns than who has one.
 */
export class Bulkhead {
  readonly #service: string;
  readonly #limits: BulkheadLimits;
  /** In the order of their turns. */
  readonly #persons = new Map<string, Person>();
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
   * @param client one of the person's
   * @throws Fault RESOURCE_EXHAUSTED where too many wait, or it took too long; CANCELLED where the caller has gone
   */
  enter(person_id: string, client: string, bytes: number, signal: AbortSignal): Promise<void> | undefined {
    const person = this.#persons.get(person_id) ?? { in_flight: 0, waiting: 0, lanes: new Map() };
    const lane = person.lanes.get(client) ?? { in_flight: 0, queue: [] };
    const hasPlace = lane.queue.length === 0 && this.#mayStart(person, lane);
    if (!hasPlace) this.#requireQueue(person, lane, bytes, signal);
    this.#persons.set(person_id, person);
    person.lanes.set(client, lane);
    if (!hasPlace) return this.#wait({ person_id, client, person, lane }, bytes, signal);
    this.#start(person, lane);
    return undefined;
  }

  leave(person_id: string, client: string): void {
    const person = this.#persons.get(person_id);
    const lane = person?.lanes.get(client);
    if (person === undefined || lane === undefined) return;
    lane.in_flight -= 1;
    person.in_flight -= 1;
    this.#in_flight -= 1;
    this.#drop(person_id, client);
    this.#next();
  }

  #mayStart(person: Person, lane: Lane): boolean {
    const { in_flight, in_flight_per_client, in_flight_per_person } = this.#limits;
    return (
      this.#in_flight < in_flight &&
      person.in_flight < in_flight_per_person &&
      lane.in_flight < in_flight_per_client
    );
  }

  #start(person: Person, lane: Lane): void {
    lane.in_flight += 1;
    person.in_flight += 1;
    this.#in_flight += 1;
  }

  #requireQueue(person: Person, lane: Lane, bytes: number, signal: AbortSignal): void {
    const { waiting, waiting_per_client, waiting_per_person, waiting_bytes } = this.#limits;
    if (signal.aborted) throw gone();
    if (lane.queue.length >= waiting_per_client) throw this.#most(lane.in_flight, lane.queue.length);
    if (person.waiting >= waiting_per_person) throw this.#most(person.in_flight, person.waiting);
    if (this.#waiting >= waiting || this.#waiting_bytes + bytes > waiting_bytes) throw this.#busy();
  }

  #wait({ person_id, client, person, lane }: Place, bytes: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', cancel);
        person.waiting -= 1;
        this.#waiting -= 1;
        this.#waiting_bytes -= bytes;
      };
      const giveUp = (why: Error) => {
        settle();
        lane.queue.splice(lane.queue.indexOf(waiting), 1);
        this.#drop(person_id, client);
        reject(why);
      };
      const cancel = () => giveUp(gone());
      const timer = setTimeout(() => giveUp(this.#busy()), this.#limits.wait_ms);
      const waiting: Waiting = {
        bytes,
        start: () => {
          settle();
          resolve();
        },
      };
      signal.addEventListener('abort', cancel, { once: true });
      person.waiting += 1;
      this.#waiting += 1;
      this.#waiting_bytes += bytes;
      lane.queue.push(waiting);
    });
  }

  /** Gives a place that became free to the person whose turn it is. */
  #next(): void {
    if (this.#waiting === 0) return;
    for (const [person_id, person] of this.#persons) {
      if (person.waiting === 0 || !this.#startOne(person)) continue;
      // To the end: everybody else comes first now.
      this.#persons.delete(person_id);
      this.#persons.set(person_id, person);
      return;
    }
  }

  /** @returns false where none of the person's clients may start what it has waiting */
  #startOne(person: Person): boolean {
    for (const [client, lane] of person.lanes) {
      if (lane.queue.length === 0 || !this.#mayStart(person, lane)) continue;
      person.lanes.delete(client);
      person.lanes.set(client, lane);
      this.#start(person, lane);
      lane.queue.shift()?.start();
      return true;
    }
    return false;
  }

  #drop(person_id: string, client: string): void {
    const person = this.#persons.get(person_id);
    const lane = person?.lanes.get(client);
    if (lane?.in_flight === 0 && lane.queue.length === 0) person?.lanes.delete(client);
    if (person?.lanes.size === 0) this.#persons.delete(person_id);
  }

  #most(in_flight: number, waiting: number) {
    const text = `You have ${in_flight} calls to ${this.#service} under way and ${waiting} waiting`;
    return this.#full(`${text}, which is the most. Wait for some of them to end.`);
  }

  #busy() {
    return this.#full(`${this.#service} has too many calls at once. Try again in a moment.`);
  }

  #full(text: string) {
    return fault('RESOURCE_EXHAUSTED', text, { details: { service: this.#service } });
  }
}

function gone() {
  return fault('CANCELLED', 'The call was cancelled.');
}
