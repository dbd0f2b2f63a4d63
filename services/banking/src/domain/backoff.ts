const FIRST_MS = 2_000;
const LONGEST_MS = 15 * 60_000;

/**
 * How long to wait before the next attempt: doubled each time up to a quarter of an hour, of which a random half, so that
 * links that failed together do not come back together.
 * @param attempts how many have failed, at least 1
 * @param random 0 ≤ random < 1
 */
export function retryDelayMs(attempts: number, random: number): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempts - 1, 20));
  return Math.round(longest * (0.5 + random / 2));
}
