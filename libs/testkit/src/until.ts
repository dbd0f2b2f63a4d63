import { vi } from 'vitest';

/**
 * Waits until `check` neither throws nor rejects, and returns what it gave. Ten seconds, because the machine that runs the
 * tests may be busy: a bound is there to end a test that has failed, not to measure speed.
 */
export function until<T>(
  check: () => T | Promise<T>,
  { timeout = 10_000, interval = 20 }: { timeout?: number; interval?: number } = {},
): Promise<T> {
  return vi.waitFor(check, { timeout, interval });
}
