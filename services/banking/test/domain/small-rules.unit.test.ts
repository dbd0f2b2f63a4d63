import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundInMinor } from '../../src/domain/amount-bound.js';
import { retryDelayMs } from '../../src/domain/backoff.js';
import { addDays, addMonths, daysBetween } from '../../src/domain/calendar.js';
import { toCategory } from '../../src/domain/category.js';

describe('retryDelayMs', () => {
  it('grows to a quarter of an hour and never beyond, and always waits', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (n, random) => {
          const delay_ms = retryDelayMs(n, random);
          expect(delay_ms).toBeGreaterThanOrEqual(1_000);
          expect(delay_ms).toBeLessThanOrEqual(15 * 60_000);
        },
      ),
    );
    expect(retryDelayMs(3, 0)).toBeGreaterThan(retryDelayMs(1, 0.999));
  });
});

describe('boundInMinor', () => {
  it('lets through exactly the whole units that lie within', () => {
    expect(boundInMinor('12.345', 'USD', 'min')).toBe(1_235n);
    expect(boundInMinor('12.345', 'USD', 'max')).toBe(1_234n);
    expect(boundInMinor('12.30', 'USD', 'min')).toBe(1_230n);
    expect(boundInMinor('12.5', 'JPY', 'min')).toBe(13n);
    expect(boundInMinor('12.5', 'JPY', 'max')).toBe(12n);
    expect(boundInMinor('0.001', 'KWD', 'min')).toBe(1n);
  });
});

describe('the calendar', () => {
  it('comes back where it went from', () => {
    const day = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(day, fc.integer({ min: -4_000, max: 4_000 }), (date, days) => {
        const start = date.toISOString().slice(0, 10);
        expect(daysBetween(start, addDays(start, days))).toBe(days);
      }),
    );
  });

  it('stays within the month it is meant to reach', () => {
    expect(addMonths('2026-01-31', 1)).toBe('2026-02-28');
    expect(addMonths('2028-01-31', 1)).toBe('2028-02-29');
    expect(addMonths('2026-11-30', 3)).toBe('2027-02-28');
    expect(addMonths('2026-02-28', 1, 31)).toBe('2026-03-31');
  });
});

describe('toCategory', () => {
  it('takes a category that is not known here for "other"', () => {
    expect(toCategory('FOOD_AND_DRINK')).toBe('food_and_drink');
    expect(toCategory('SPACE_TOURISM')).toBe('other');
    expect(toCategory(null)).toBe('other');
  });
});
