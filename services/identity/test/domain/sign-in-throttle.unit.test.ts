import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Attempts, countAttempt, isBlocked } from '../../src/domain/sign-in-throttle.js';

const start = new Date('2026-11-02T09:00:00Z');
const later = (ms: number) => new Date(start.getTime() + ms);
const LONGEST_MS = 900_000;

function failTimes(times: number): Attempts {
  let attempts: Attempts | undefined;
  for (let n = 0; n < times; n++) attempts = countAttempt(attempts, LONGEST_MS, start);
  if (attempts === undefined) throw new Error('none');
  return attempts;
}

it('hears five attempts at once, since everybody mistypes, and then waits', () => {
  expect(isBlocked(undefined, start)).toBe(false);
  expect(isBlocked(failTimes(4), start)).toBe(false);
  expect(isBlocked(failTimes(5), start)).toBe(true);
  expect(isBlocked(failTimes(5), later(1_000))).toBe(false);
});

it('waits twice as long after each further one, and never longer than it may', () => {
  const delays = [5, 6, 7, 40, 5_000].map((times) => {
    const { blocked_until } = failTimes(times);
    return (blocked_until?.getTime() ?? 0) - start.getTime();
  });
  expect(delays).toEqual([1_000, 2_000, 4_000, LONGEST_MS, LONGEST_MS]);
});

it('is never shut for good: whatever came before, it hears again after the longest wait', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3_600_000), { maxLength: 60 }), (gaps) => {
      let attempts: Attempts | undefined;
      let at = 0;
      for (const gap of gaps) {
        at += gap;
        if (!isBlocked(attempts, later(at))) attempts = countAttempt(attempts, LONGEST_MS, later(at));
      }
      expect(isBlocked(attempts, later(at + LONGEST_MS))).toBe(false);
    }),
  );
});

it('forgets after a day', () => {
  expect(countAttempt(failTimes(40), LONGEST_MS, later(24 * 3_600_000))).toMatchObject({
    failures: 1,
    blocked_until: null,
  });
});
