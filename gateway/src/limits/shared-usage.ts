import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { ReplicaBus } from '../nats/replica-bus.js';
import { sliceOf, UsageWindow, WINDOW_S } from './usage-window.js';

const TOPIC = 'limits';
const TELL_EVERY_MS = 100;
/** Who says nothing for that long is not there any more. Without news, a replica says every half second that it lives. */
const SILENT_MAX_MS = 2_000;
const LIVE_EVERY_MS = 500;
/** A replica that has just found NATS has not heard the others yet. */
const NEWCOMER_MS = 1_500;
const SUBJECTS_MAX = 20_000;
const NEWS_MAX = 4_000;
/** So many names of that length are below what one message of NATS may hold. */
const NAME_MAX = 128;
/** What all replicas together may use of a limit without a word about it: most who call use far less. */
const QUIET_SHARE = 0.05;

const message = z.object({
  replica: z.string().max(64),
  sequence: z.int().nonnegative(),
  /** Of each other replica, the last message that came. */
  heard: z.record(z.string(), z.int()),
  /** By subject, all that the replica has let through in the last minute. */
  used: z.array(z.tuple([z.string().max(NAME_MAX), z.int().nonnegative()])).max(NEWS_MAX),
});
type Message = z.infer<typeof message>;

/** Whose use is counted, e.g. one API key. */
interface Subject {
  own: UsageWindow;
  limit: number;
  /** What other replicas have let through, as each said last, and when that was. */
  others: Map<string, { used: number; said_ms: number }>;
  /** What this replica may still let through before it has to speak with the others. */
  granted: number;
  /** What the others were told last, and by which message. */
  told: number;
  told_in: number;
}

interface Replica {
  heard_ms: number;
  sequence: number;
  /** The last message of ours that it had heard. */
  heard_of_us: number;
}

export interface Room {
  /** Whether one more may pass. */
  free: boolean;
  remaining: number;
  /** When more may pass, in milliseconds; where there is room, when the first of what was used is free again. */
  wait_ms: number;
}

/**
 * Counts use over all replicas without asking them. Each says ten times a second what it has let through, and in between
 * lets through no more than its part of what is left: with `n` replicas, `(limit - own - others) / n`. It takes a new part
 * only when every other has confirmed what it said, and cuts down what it has left when it hears of others: so the parts
 * that are out at one time never add up to more than the limit, but for what is below {@link QUIET_SHARE}.
 */
export class SharedUsage {
  readonly #bus: Pick<ReplicaBus, 'publish' | 'subscribe' | 'connected' | 'replica'>;
  readonly #now_ms: () => number;
  readonly #subjects = new LRUCache<string, Subject>({ max: SUBJECTS_MAX });
  readonly #news = new Set<string>();
  readonly #replicas = new Map<string, Replica>();
  readonly #timer: NodeJS.Timeout;
  readonly #ignore: () => void;
  #sequence = 0;
  #said_ms = 0;
  #slice = 0;
  #alone_since_ms: number | undefined;
  #wasConnected = false;

  constructor(
    bus: Pick<ReplicaBus, 'publish' | 'subscribe' | 'connected' | 'replica'>,
    now_ms: () => number = () => performance.now(),
  ) {
    this.#bus = bus;
    this.#now_ms = now_ms;
    this.#ignore = bus.subscribe(TOPIC, (payload) => {
      const parsed = message.safeParse(payload);
      if (parsed.success && parsed.data.replica !== bus.replica) this.#hear(parsed.data);
    });
    this.#timer = setInterval(() => this.#tell(), TELL_EVERY_MS).unref();
  }

  /** How many replicas share the limits. */
  get replicas(): number {
    const newcomer =
      this.#alone_since_ms !== undefined && this.#now_ms() - this.#alone_since_ms < NEWCOMER_MS;
    return Math.max(this.#replicas.size + 1, newcomer ? 2 : 1);
  }

  /** Whether `name` may be used once more, of `limit` in a minute. Nothing is counted. */
  room(name: string, limit: number): Room {
    const now_ms = this.#now_ms();
    const subject = this.#subjectOf(keyOf(name), limit, now_ms);
    const own = subject.own.totalAt(sliceOf(now_ms));
    const total = own + othersOf(subject, now_ms);
    const remaining = Math.max(0, limit - total);
    if (remaining === 0) {
      // What others let through is taken to be as old as what passed here.
      const here = Math.ceil(((total - limit + 1) * own) / total);
      return {
        free: false,
        remaining,
        wait_ms: own === 0 ? SILENT_MAX_MS : subject.own.freeIn(here, now_ms),
      };
    }
    if (this.#mayPass(subject, own, remaining)) {
      return { free: true, remaining, wait_ms: subject.own.freeIn(1, now_ms) };
    }
    // A part is handed out anew as soon as the others have confirmed what was used.
    const wait_ms = this.#bus.connected
      ? 2 * TELL_EVERY_MS
      : subject.own.freeIn(own - this.#part(subject) + 1, now_ms);
    return { free: false, remaining, wait_ms };
  }

  /** Counts one use. Ask {@link room} first. */
  use(name: string): void {
    const key = keyOf(name);
    const subject = this.#subjects.get(key);
    if (subject === undefined) return;
    subject.own.add(sliceOf(this.#now_ms()));
    subject.granted -= 1;
    this.#news.add(key);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#ignore();
  }

  #subjectOf(name: string, limit: number, now_ms: number): Subject {
    const known = this.#subjects.get(name);
    if (known !== undefined) {
      if (known.limit === limit) return known;
      known.limit = limit;
      this.#cutDown(known, now_ms);
      return known;
    }
    const own = new UsageWindow(sliceOf(now_ms));
    const granted = Math.ceil(limit / this.replicas);
    const subject: Subject = { own, limit, others: new Map(), granted, told: 0, told_in: 0 };
    this.#subjects.set(name, subject);
    return subject;
  }

  #mayPass(subject: Subject, own: number, remaining: number): boolean {
    const replicas = this.replicas;
    if (replicas === 1) return true;
    // Nobody can confirm anything: as long as each keeps to its part of the whole, all together keep to the limit.
    if (!this.#bus.connected) return own < this.#part(subject);
    if (subject.granted > 0) return true;
    if (own < this.#quiet(subject)) return true;
    if (subject.told !== own || !this.#allHeard(subject.told_in)) return false;
    subject.granted = Math.ceil(remaining / replicas);
    return true;
  }

  #part({ limit }: Subject): number {
    return Math.ceil(limit / this.replicas);
  }

  #quiet({ limit }: Subject): number {
    return Math.floor((limit * QUIET_SHARE) / this.replicas);
  }

  #allHeard(sequence: number): boolean {
    for (const { heard_of_us } of this.#replicas.values()) if (heard_of_us < sequence) return false;
    return true;
  }

  #hear({ replica, sequence, heard, used }: Message): void {
    const now_ms = this.#now_ms();
    const isNew = !this.#replicas.has(replica);
    const heard_of_us = heard[this.#bus.replica] ?? -1;
    this.#replicas.set(replica, { heard_ms: now_ms, sequence, heard_of_us });
    if (isNew) this.#welcome(now_ms);
    for (const [name, total] of used) {
      const subject = this.#subjects.get(name) ?? this.#subjectOf(name, Number.MAX_SAFE_INTEGER, now_ms);
      subject.others.set(replica, { used: total, said_ms: now_ms });
      this.#cutDown(subject, now_ms);
    }
  }

  /** Who has just come knows nothing of what was used before, and takes a part of all that is left. */
  #welcome(now_ms: number): void {
    for (const [name, subject] of this.#subjects) {
      this.#cutDown(subject, now_ms);
      this.#news.add(name);
    }
  }

  /** What has not been used of a part gives way to what others have used. */
  #cutDown(subject: Subject, now_ms: number): void {
    const used = subject.own.totalAt(sliceOf(now_ms)) + othersOf(subject, now_ms);
    const part = Math.ceil(Math.max(0, subject.limit - used) / this.replicas);
    subject.granted = Math.min(subject.granted, part);
  }

  #tell(): void {
    const now_ms = this.#now_ms();
    this.#lookAround(now_ms);
    this.#ageAll(sliceOf(now_ms));
    if (this.#news.size === 0 && now_ms - this.#said_ms < LIVE_EVERY_MS) return;
    this.#sequence += 1;
    const used: [string, number][] = [];
    for (const name of this.#news) {
      if (used.length >= NEWS_MAX) break;
      this.#news.delete(name);
      const subject = this.#subjects.peek(name);
      const own = subject?.own.totalAt(sliceOf(now_ms)) ?? 0;
      if (subject === undefined || (own <= this.#quiet(subject) && subject.told === 0)) continue;
      subject.told = own;
      subject.told_in = this.#sequence;
      used.push([name, own]);
    }
    const heard = Object.fromEntries([...this.#replicas].map(([name, { sequence }]) => [name, sequence]));
    this.#said_ms = now_ms;
    this.#bus.publish(TOPIC, { replica: this.#bus.replica, sequence: this.#sequence, heard, used });
  }

  /** Notices who has gone, and when NATS has come back. */
  #lookAround(now_ms: number): void {
    const { connected } = this.#bus;
    if (connected && !this.#wasConnected) this.#alone_since_ms = now_ms;
    this.#wasConnected = connected;
    // Without NATS nobody is heard, and yet they may be there: each keeps to the part that it had.
    if (!connected) return;
    for (const [name, { heard_ms }] of this.#replicas) {
      // What it has let through counts on until it is a minute old.
      if (now_ms - heard_ms > SILENT_MAX_MS) this.#replicas.delete(name);
    }
  }

  /** What leaves the window is news as well. */
  #ageAll(slice: number): void {
    if (slice === this.#slice) return;
    this.#slice = slice;
    for (const [name, subject] of this.#subjects) {
      if (subject.told > 0 && subject.own.totalAt(slice) !== subject.told) this.#news.add(name);
    }
  }
}

/** A client may be named by a URL of any length. */
function keyOf(name: string): string {
  return name.length <= NAME_MAX ? name : createHash('sha256').update(name).digest('base64url');
}

function othersOf({ others }: Subject, now_ms: number): number {
  let total = 0;
  for (const [replica, { used, said_ms }] of others) {
    if (now_ms - said_ms > WINDOW_S * 1_000) others.delete(replica);
    else total += used;
  }
  return total;
}
