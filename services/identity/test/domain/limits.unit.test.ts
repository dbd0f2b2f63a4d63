import { describe, expect, it } from 'vitest';
import { dayOf, judgeSpending } from '../../src/domain/limits.js';

const limits = { currency: 'USD', per_transaction_minor: 100n, per_day_minor: 250n };
const usd = (amount_minor: bigint) => ({ amount_minor, currency: 'USD' });

describe('spending', () => {
  it.each([
    ['fits what is left to the cent', 150n, usd(100n), 'within'],
    ['exceeds the day by a cent', 151n, usd(100n), 'per_day'],
    ['exceeds one transaction before it exceeds the day', 250n, usd(101n), 'per_transaction'],
    ['in another currency cannot be compared', 0n, { amount_minor: 1n, currency: 'JPY' }, 'currency'],
  ] as const)('%s', (_name, spent, spending, verdict) => {
    expect(judgeSpending(limits, spent, spending)).toBe(verdict);
  });

  it('of an agent without limits is within them, whatever it is', () => {
    const none = { currency: null, per_transaction_minor: null, per_day_minor: null };
    expect(judgeSpending(none, 2n ** 62n, usd(2n ** 62n))).toBe('within');
  });

  it('counts against the day of UTC', () => {
    expect(dayOf(new Date('2026-11-02T23:59:59.999Z'))).toBe('2026-11-02');
    expect(dayOf(new Date('2026-11-03T00:00:00.000Z'))).toBe('2026-11-03');
  });
});
