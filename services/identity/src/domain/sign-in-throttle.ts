/** What is remembered of attempts that may all have failed: they are counted when they begin. */
export interface Attempts {
  failures: number;
  last_failed_at: Date;
  blocked_until: Date | null;
}

/** Everybody mistypes. */
const FREE_FAILURES = 5;
const FIRST_DELAY_MS = 1_000;
const FORGOTTEN_AFTER_MS = 24 * 3_600_000;

export function isBlocked(attempts: Attempts | undefined, now: Date): boolean {
  return attempts !== undefined && attempts.blocked_until !== null && now < attempts.blocked_until;
}

/**
 * Counts an attempt that is let through. From the fifth on each doubles the time in which no further one is heard, up to
 * `longest_delay_ms`. An attempt within that time is not counted, or whoever keeps on trying would keep the door shut.
 */
export function countAttempt(attempts: Attempts | undefined, longest_delay_ms: number, now: Date): Attempts {
  const forgotten =
    attempts === undefined || now.getTime() - attempts.last_failed_at.getTime() >= FORGOTTEN_AFTER_MS;
  const failures = forgotten ? 1 : attempts.failures + 1;
  const delay_ms = delayAfter(failures, longest_delay_ms);
  return {
    failures,
    last_failed_at: now,
    blocked_until: delay_ms === 0 ? null : new Date(now.getTime() + delay_ms),
  };
}

function delayAfter(failures: number, longest_delay_ms: number): number {
  if (failures < FREE_FAILURES) return 0;
  // Bounded before it is a power: 2 ** 2_000 is Infinity.
  return Math.min(longest_delay_ms, FIRST_DELAY_MS * 2 ** Math.min(failures - FREE_FAILURES, 30));
}
