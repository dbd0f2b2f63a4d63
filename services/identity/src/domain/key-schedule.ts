export interface ScheduledKey {
  kid: string;
  created_at: Date;
}

const DAY_MS = 24 * 3_600_000;
/** How long a key signs before the next is made. */
export const KEY_LIFETIME_MS = 30 * DAY_MS;
/**
 * A new key is published this long before it signs: longer than the published keys are cached (five minutes) and than
 * another process takes to load them, so that nobody meets a token by a key that they do not know.
 */
export const PUBLISHED_AHEAD_MS = 10 * 60_000;
/** Longer than any token lives, an hour at most, and than another process may go on signing with the old key. */
export const VERIFIES_ON_MS = 2 * 3_600_000;

export interface KeySchedule {
  /** Whether the next key is to be made now. */
  due: boolean;
  /** The key that signs first, then the others that verify. */
  kept: string[];
  /** Keys by which no token can live any more. */
  retired: string[];
}

/** @param keys of one purpose, the newest first */
export function scheduleKeys(keys: readonly ScheduledKey[], now: Date): KeySchedule {
  const age_ms = ({ created_at }: ScheduledKey) => now.getTime() - created_at.getTime();
  const [newest] = keys;
  // Until the first key of all has been published long enough, it signs all the same: nobody knows another.
  const signing = keys.find((key) => age_ms(key) >= PUBLISHED_AHEAD_MS) ?? keys.at(-1);
  const retired = keys.filter((_key, index) => {
    const successor = keys[index - 1];
    return successor !== undefined && age_ms(successor) >= PUBLISHED_AHEAD_MS + VERIFIES_ON_MS;
  });
  const others = keys.filter((key) => key !== signing && !retired.includes(key));
  return {
    due: newest === undefined || age_ms(newest) >= KEY_LIFETIME_MS,
    kept: [...(signing === undefined ? [] : [signing]), ...others].map(({ kid }) => kid),
    retired: retired.map(({ kid }) => kid),
  };
}
