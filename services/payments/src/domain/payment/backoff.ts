const FIRST_MS = 1_000;
const LONGEST_MS = 3_600_000;

/**
 * How long until the provider is asked once more: doubled each time, up to an hour.
 * @param attempts how often it was asked, at least 1
 */
export function backoffMs(attempts: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempts - 1, 20));
}
