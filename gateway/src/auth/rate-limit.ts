import { LRUCache } from 'lru-cache';

/** Counts the requests of API keys whose owners limit them. */
export interface RateLimit {
  /** @returns 0 where the request may go on; otherwise in how many seconds the next one may */
  take(limited: { key_id: string; requests_per_minute: number }): number;
}

const KEYS_MAX = 10_000;
/** A minute divided by seven and added up again is not quite a minute. */
const ROUNDING_MS = 0.001;

/** What each key may spend at once. */
const BURST_MS = 60_000;

/**
 * By the generic cell rate algorithm: each request takes its share of a minute, and a key may be a minute ahead, so that a
 * burst may spend a minute's worth at once. Each replica counts for itself: of n replicas a key may get n times its limit.
 *
 * @param now_ms monotonic, in milliseconds
 */
export function createRateLimit(now_ms: () => number = () => performance.now()): RateLimit {
  /** Until when each key has spent its time. */
  const spentUntil = new LRUCache<string, number>({ max: KEYS_MAX });
  return {
    take({ key_id, requests_per_minute }) {
      const at_ms = now_ms();
      const spent_until_ms = Math.max(spentUntil.get(key_id) ?? 0, at_ms) + 60_000 / requests_per_minute;
      const ahead_ms = spent_until_ms - at_ms - BURST_MS;
      if (ahead_ms > ROUNDING_MS) return Math.ceil(ahead_ms / 1_000);
      spentUntil.set(key_id, spent_until_ms);
      return 0;
    },
  };
}
