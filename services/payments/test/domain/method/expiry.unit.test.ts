import { describe, expect, it } from 'vitest';
import { isExpired } from '../../../src/domain/method/expiry.js';

describe('the expiry of a card', () => {
  const card = { exp_month: 2, exp_year: 2028 };

  it('is the end of its month, in the last place on earth where that comes', () => {
    expect(isExpired(card, new Date('2028-02-29T23:59:59Z'))).toBe(false);
    expect(isExpired(card, new Date('2028-03-01T11:59:59Z'))).toBe(false);
    expect(isExpired(card, new Date('2028-03-01T12:00:00Z'))).toBe(true);
  });

  it('is in the next year after December', () => {
    expect(isExpired({ exp_month: 12, exp_year: 2028 }, new Date('2028-12-31T23:00:00Z'))).toBe(false);
    expect(isExpired({ exp_month: 12, exp_year: 2028 }, new Date('2029-01-02T00:00:00Z'))).toBe(true);
  });

  it('never comes for what has none, such as a bank account', () => {
    expect(isExpired({ exp_month: null, exp_year: null }, new Date('2999-01-01T00:00:00Z'))).toBe(false);
  });
});
