/** Levels of arguments: deeper than any schema of ours. Writing what is nested without end would overflow the stack. */
export const DEPTH_MAX = 64;

/**
 * Looks no deeper than it has to, so that nothing overflows its own stack. Every call passes here: it makes no lists.
 *
 * @param value of JSON
 */
export function isDeeperThan(max: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  for (const key in value) {
    if (max === 0 || isDeeperThan(max - 1, (value as Record<string, unknown>)[key])) return true;
  }
  return false;
}
