import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { ReplicaBus } from '../../nats/replica-bus.js';

/** The sessions that their clients ended, for as long as their ids would open them. */
export interface EndedSessions {
  has(key: string): boolean;
  add(key: string): void;
}

/** Fit into one message between replicas. */
const ENDED_MAX = 10_000;
const TOPIC_ENDED = 'sessions.ended';
const TOPIC_RECALL = 'sessions.recall';

const keys = z.array(z.string().max(64)).max(ENDED_MAX);

/**
 * Every replica is told of each. One that starts later, or was cut off, is told by the others of those that it has missed:
 * they are forgotten only when no replica runs any more.
 */
export function createEndedSessions(
  bus: Pick<ReplicaBus, 'replica' | 'publish' | 'subscribe' | 'onConnected'>,
  lifetime_ms: number,
): EndedSessions {
  const ended = new LRUCache<string, true>({ max: ENDED_MAX, ttl: lifetime_ms });
  const learn = (payload: unknown) => {
    for (const key of keys.safeParse(payload).data ?? []) ended.set(key, true);
  };
  bus.subscribe(TOPIC_ENDED, learn);
  bus.subscribe(topicOf(bus.replica), learn);
  bus.subscribe(TOPIC_RECALL, (replica) => {
    if (replica !== bus.replica && ended.size > 0) bus.publish(topicOf(String(replica)), [...ended.keys()]);
  });
  bus.onConnected(() => bus.publish(TOPIC_RECALL, bus.replica));

  return {
    has: (key) => ended.has(key),
    add: (key) => bus.publish(TOPIC_ENDED, [key]),
  };
}

function topicOf(replica: string): string {
  return `${TOPIC_ENDED}.${replica}`;
}
