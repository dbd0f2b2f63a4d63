import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Clock,
  createNatsLink,
  KnownRevocations,
  type Logger,
  REMEMBER_MS,
  REVOCATIONS_SUBJECT,
  type Revocation,
  type RevocationMessage,
  type Revocations,
} from '@florin/chassis';
import { LRUCache } from 'lru-cache';
import type { ListRevocations } from '../store/revocations.js';

/** Often enough that what is revoked is refused everywhere within a second, with a heartbeat or two lost. */
const INTERVAL_MS = 250;
/** A row carries the time at which its call began, and is seen when it is committed: no call takes this long. */
const COMMIT_MS = 2 * 60_000;
const CHUNK = 1_000;

export interface Announcements extends Revocations {
  /** All that others have to remember now. */
  list(): Promise<Revocation[]>;
  stop(): Promise<void>;
}

/**
 * Looks four times a second at what was revoked, and tells the mesh on NATS: the news, or that there is none. Every process
 * of identity does, each from the same tables, so that one of them going away is noticed by nobody.
 *
 * While the tables cannot be read nothing is said, and the silence tells the others to ask.
 */
export function announceRevocations(options: {
  listRevocations: ListRevocations;
  nats_url: string;
  now: Clock;
  logger: Logger;
}): Announcements {
  const { listRevocations, now, logger } = options;
  const nats = createNatsLink({ url: options.nats_url, name: 'identity revocations', logger });
  const publisher = randomUUID();
  const announced = new LRUCache<string, number>({ max: 100_000, ttl: REMEMBER_MS + COMMIT_MS });
  const stopped = new AbortController();
  let sequence = 0;
  /** What the last look at the tables has shown: the first one all that is to be remembered, later ones the latest. */
  let seen: readonly Revocation[] | undefined;

  const since = (ms: number) => listRevocations(new Date(now().getTime() - ms - COMMIT_MS));
  const list = () => since(REMEMBER_MS);
  const known = new KnownRevocations(async () => {
    seen = await (seen === undefined ? list() : since(0));
    return seen;
  });

  async function announce(): Promise<void> {
    await known.reloadAnew();
    // Counted before it is known whether it can be sent: who misses a message must see the gap.
    sequence += 1;
    const connection = await nats.connection();
    if (!nats.connected) return;
    const news = (seen ?? []).filter(({ id, changed_at_ms }) => announced.get(id) !== changed_at_ms);
    for (let sent = 0; sent === 0 || sent < news.length; sent += CHUNK) {
      if (sent > 0) sequence += 1;
      const revocations = news.slice(sent, sent + CHUNK);
      const message: RevocationMessage = { publisher, sequence, revocations };
      connection.publish(REVOCATIONS_SUBJECT, JSON.stringify(message));
    }
    for (const { id, changed_at_ms } of news) announced.set(id, changed_at_ms);
  }

  async function run(): Promise<void> {
    while (!stopped.signal.aborted) {
      await announce().catch((error) => logger.debug({ err: error }, 'revocations are not announced now'));
      await sleep(INTERVAL_MS, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined);
    }
  }

  const running = run();
  return {
    check: (grounds) => known.check(grounds),
    list,
    async stop() {
      stopped.abort();
      await nats.close();
      await running;
    },
  };
}
