/** Levels of arguments: deeper than any schema of ours. Writing what is nested without end would overflow the stack. */
export const DEPTH_MAX = 64;

/** Level by level: by recursion, the depth that is looked for would be the end of the look. */
export function isDeeperThan(max: number, value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= max; depth += 1) {
    level = level.flatMap((part) => (typeof part === 'object' && part !== null ? Object.values(part) : []));
    if (level.length === 0) return false;
  }
  return true;
}
