import { LRUCache } from 'lru-cache';

/** Counts the requests of API keys whose owners limit them. */
export interface RateLimit {
  /** @returns 0 where the request may go on; otherwise in how many seconds the next one may */
  take(limited: { key_id: string; requests_per_minute: number }): number;
}

const KEYS_MAX = 10_000;

interface Bucket {
  tokens: number;
  filled_at_ms: number;
}

/**
 * A bucket of a minute's requests for each key, filled evenly: a burst may spend a minute's worth at once. Each replica
 * counts for itself, so that of n replicas a key may get n times its limit.
 *
 * @param now_ms monotonic, in milliseconds
 */
export function createRateLimit(now_ms: () => number = () => performance.now()): RateLimit {
  const buckets = new LRUCache<string, Bucket>({ max: KEYS_MAX });
  return {
    take({ key_id, requests_per_minute }) {
      const at_ms = now_ms();
      const bucket = buckets.get(key_id) ?? { tokens: requests_per_minute, filled_at_ms: at_ms };
      const gained = ((at_ms - bucket.filled_at_ms) / 60_000) * requests_per_minute;
      const tokens = Math.min(bucket.tokens + gained, requests_per_minute);
      const taken = tokens >= 1 ? 1 : 0;
      buckets.set(key_id, { tokens: tokens - taken, filled_at_ms: at_ms });
      return taken === 1 ? 0 : Math.ceil(((1 - tokens) / requests_per_minute) * 60);
    },
  };
}
