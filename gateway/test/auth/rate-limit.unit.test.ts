import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRateLimit } from '../../src/auth/rate-limit.js';

const limited = { key_id: 'key_1', requests_per_minute: 6 };

describe('the rate limit of an API key', () => {
  it('lets a minute of requests through at once, then one for each share of a minute', () => {
    let now_ms = 0;
    const rate = createRateLimit(() => now_ms);
    for (let request = 0; request < 6; request += 1) expect(rate.take(limited)).toBe(0);
    expect(rate.take(limited)).toBe(10);
    now_ms += 9_000;
    expect(rate.take(limited)).toBe(1);
    now_ms += 1_000;
    expect(rate.take(limited)).toBe(0);
    expect(rate.take(limited)).toBe(10);
  });

  it('counts each key for itself', () => {
    const rate = createRateLimit(() => 0);
    expect(rate.take({ key_id: 'a', requests_per_minute: 1 })).toBe(0);
    expect(rate.take({ key_id: 'a', requests_per_minute: 1 })).toBe(60);
    expect(rate.take({ key_id: 'b', requests_per_minute: 1 })).toBe(0);
  });

  it('never lets more through than a burst and its share of the time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 600 }),
        fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 200 }),
        (requests_per_minute, gaps_ms) => {
          let now_ms = 0;
          let passed = 0;
          const rate = createRateLimit(() => now_ms);
          for (const gap_ms of gaps_ms) {
            now_ms += gap_ms;
            if (rate.take({ key_id: 'k', requests_per_minute }) === 0) passed += 1;
          }
          expect(passed).toBeLessThanOrEqual(requests_per_minute * (1 + now_ms / 60_000) + 1e-6);
        },
      ),
    );
  });
});
