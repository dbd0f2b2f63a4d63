import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { categories } from '../../src/domain/category.js';
import { type SpendingRow, summarizeSpending } from '../../src/domain/spending.js';

function row(key: string, amount_minor: bigint, over: Partial<SpendingRow> = {}): SpendingRow {
  return {
    key,
    currency: 'USD',
    category: 'travel',
    category_detail: '',
    amount_minor,
    transactions: 1,
    ...over,
  };
}

describe('summarizeSpending', () => {
  it('lets refunds reduce what was spent', () => {
    const { groups, totals } = summarizeSpending(
      [row('a', -10_000n), row('a', 2_500n), row('b', -2_500n)],
      10,
    );
    expect(groups).toEqual([
      { key: 'a', total: { amount: '75.00', currency: 'USD' }, transactions: 2, share_bps: 7_500 },
      { key: 'b', total: { amount: '25.00', currency: 'USD' }, transactions: 1, share_bps: 2_500 },
    ]);
    expect(totals).toEqual([{ total: { amount: '100.00', currency: 'USD' }, transactions: 3 }]);
  });

  it('leaves out income, transfers and card payments, and says how many; cash drawn is spent', () => {
    const { totals, excluded } = summarizeSpending(
      [
        row('x', 500_000n, { category: 'income', transactions: 2 }),
        row('x', -5_000n, { category: 'transfer_out', category_detail: 'transfer_out_account_transfer' }),
        row('x', -7_000n, {
          category: 'loan_payments',
          category_detail: 'loan_payments_credit_card_payment',
        }),
        row('x', -9_000n, { category: 'loan_payments', category_detail: 'loan_payments_mortgage_payment' }),
        row('x', -4_000n, { category: 'transfer_out', category_detail: 'transfer_out_withdrawal' }),
      ],
      10,
    );
    expect(totals).toEqual([{ total: { amount: '130.00', currency: 'USD' }, transactions: 2 }]);
    expect(excluded).toEqual([
      { reason: 'credit_card_payment', transactions: 1 },
      { reason: 'income', transactions: 2 },
      { reason: 'transfer', transactions: 1 },
    ]);
  });

  it('never adds two currencies, and keeps the exponent of each', () => {
    const { totals } = summarizeSpending(
      [row('a', -1_200n), row('a', -1_200n, { currency: 'JPY' }), row('a', -1_200n, { currency: 'KWD' })],
      10,
    );
    expect(totals.map(({ total }) => total)).toEqual([
      { amount: '1200', currency: 'JPY' },
      { amount: '1.200', currency: 'KWD' },
      { amount: '12.00', currency: 'USD' },
    ]);
  });

  it('counts every transaction once, in a group or among the excluded, and shares never exceed the whole', () => {
    const rows = fc.array(
      fc.record({
        key: fc.constantFrom('a', 'b', 'c'),
        currency: fc.constantFrom('USD', 'EUR'),
        category: fc.constantFrom(...categories),
        category_detail: fc.constantFrom('', 'loan_payments_credit_card_payment'),
        amount_minor: fc.bigInt({ min: -1_000_000n, max: 1_000_000n }),
        transactions: fc.integer({ min: 1, max: 50 }),
      }),
    );
    fc.assert(
      fc.property(rows, (given) => {
        const { groups, totals, excluded } = summarizeSpending(given, 100);
        const count = (list: { transactions: number }[]) =>
          list.reduce((sum, each) => sum + each.transactions, 0);
        expect(count(groups) + count(excluded)).toBe(count(given));
        expect(count(totals)).toBe(count(groups));
        for (const { total, share_bps } of groups) {
          expect(share_bps).toBeGreaterThanOrEqual(0);
          if (total.amount.startsWith('-')) expect(share_bps).toBe(0);
        }
      }),
    );
  });

  it('lists at most the groups asked for, and says how many are left out', () => {
    const rows = Array.from({ length: 7 }, (_, index) => row(`m${index}`, BigInt(-100 * (index + 1))));
    const { groups, groups_left_out, totals } = summarizeSpending(rows, 3);
    expect(groups.map(({ key }) => key)).toEqual(['m6', 'm5', 'm4']);
    expect(groups_left_out).toBe(4);
    expect(totals[0]?.total.amount).toBe('28.00');
  });
});
