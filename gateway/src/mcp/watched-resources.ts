import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { ReplicaBus } from '../nats/replica-bus.js';

/** What standing streams are told of, for the time when their client opens them again, here or elsewhere. */
export interface WatchedResources {
  remember(key: string, uri: string): void;
  forget(key: string, uri: string): void;
  /** @returns what a stream of this key was told of */
  recall(key: string): Promise<readonly string[]>;
}

const change = z.object({ key: z.string(), uri: z.string(), watched: z.boolean() });
const uris = z.array(z.string());

const TOPIC_CHANGED = 'streams.watched';
const TOPIC_RECALL = 'streams.recall';

/** As long as somebody may leave a notebook closed; what is dropped before that is subscribed to no more. */
const REMEMBER_MS = 24 * 60 * 60_000;
const KEYS_MAX = 10_000;
const TEXT_MAX = 16 * 1024 * 1024;
const PER_KEY_MAX = 64;
/** One that started later has to ask; nobody answers of what nobody knows. */
const RECALL_TIMEOUT_MS = 500;

/**
 * Clients of the 2025 revisions open a broken stream again, and take what they subscribed to for subscribed. So every
 * replica remembers it, within bounds; what is told is checked anew when the stream opens.
 */
export function createWatchedResources(bus: ReplicaBus): WatchedResources {
  const known = new LRUCache<string, Set<string>>({
    max: KEYS_MAX,
    maxSize: TEXT_MAX,
    sizeCalculation: (watched, key) => [...watched].reduce((sum, uri) => sum + uri.length, key.length),
    ttl: REMEMBER_MS,
  });
  bus.subscribe(TOPIC_CHANGED, (payload) => {
    const { data } = change.safeParse(payload);
    if (data === undefined) return;
    const watched = new Set(known.get(data.key));
    if (!data.watched) watched.delete(data.uri);
    else if (watched.size < PER_KEY_MAX) watched.add(data.uri);
    if (watched.size > 0) known.set(data.key, watched);
    else known.delete(data.key);
  });
  bus.subscribe(TOPIC_RECALL, (key) => {
    const watched = typeof key === 'string' ? known.get(key) : undefined;
    return watched && [...watched];
  });

  return {
    remember: (key, uri) => bus.publish(TOPIC_CHANGED, { key, uri, watched: true }),
    forget: (key, uri) => bus.publish(TOPIC_CHANGED, { key, uri, watched: false }),
    recall: async (key) => uris.safeParse(await bus.request(TOPIC_RECALL, key, RECALL_TIMEOUT_MS)).data ?? [],
  };
}
