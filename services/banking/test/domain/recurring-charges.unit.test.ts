import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, addMonths } from '../../src/domain/calendar.js';
import { type Charge, findRecurringCharges } from '../../src/domain/recurring-charges.js';

const today = '2026-11-02';
let counter = 0;

function charge(date: string, amount_minor: bigint, over: Partial<Charge> = {}): Charge {
  return {
    transaction_id: `txn_${++counter}`,
    account_id: 'acc_1',
    date,
    amount_minor,
    currency: 'USD',
    merchant: 'Streamhouse',
    description: 'STREAMHOUSE 0815',
    category: 'entertainment',
    category_detail: 'entertainment_tv_and_movies',
    ...over,
  };
}

function monthly(from: string, count: number, amount = -1_199n, over: Partial<Charge> = {}): Charge[] {
  return Array.from({ length: count }, (_, index) => charge(addMonths(from, index), amount, over));
}

describe('findRecurringCharges', () => {
  it('finds a monthly charge and says when the next is due and what a year costs', () => {
    expect(findRecurringCharges(monthly('2026-05-08', 6), today)).toMatchObject([
      {
        merchant: 'Streamhouse',
        cadence: 'monthly',
        amount_minor: 1_199n,
        amount_varies: false,
        occurrences: 6,
        next_expected_date: '2026-11-08',
        status: 'active',
        yearly_minor: 14_388n,
      },
    ]);
  });

  it('expects what falls on the 31st on the last day of shorter months', () => {
    const charges = monthly('2026-07-31', 4);
    expect(charges.map(({ date }) => date)).toEqual(['2026-07-31', '2026-08-31', '2026-09-30', '2026-10-31']);
    expect(findRecurringCharges(charges, today)[0]?.next_expected_date).toBe('2026-11-30');
  });

  it('notes the latest price change', () => {
    const charges = [...monthly('2026-03-08', 5), ...monthly('2026-08-08', 3, -1_399n)];
    expect(findRecurringCharges(charges, today)[0]?.price_change).toEqual({
      from_minor: 1_199n,
      to_minor: 1_399n,
      date: '2026-08-08',
    });
  });

  it('calls a bill that is another every time varying, and notes no price change', () => {
    const amounts = [-9_120n, -8_455n, -7_010n, -6_880n, -7_300n];
    const charges = amounts.map((amount, index) => charge(addMonths('2026-06-05', index), amount));
    const [found] = findRecurringCharges(charges, today);
    expect(found).toMatchObject({ cadence: 'monthly', amount_varies: true });
    expect(found?.price_change).toBeUndefined();
  });

  it('tells two subscriptions of one merchant apart by their amounts', () => {
    const charges = [...monthly('2026-04-03', 7, -299n), ...monthly('2026-04-19', 7, -1_099n)];
    const found = findRecurringCharges(charges, today);
    expect(found.map(({ amount_minor }) => amount_minor)).toEqual([1_099n, 299n]);
  });

  it('calls stopped what is long overdue, and lists it last', () => {
    const charges = [
      ...monthly('2026-01-10', 5, -9_900n, { merchant: 'Old Gym' }),
      ...monthly('2026-06-10', 5, -500n, { merchant: 'Radio' }),
    ];
    expect(findRecurringCharges(charges, today).map(({ merchant, status }) => [merchant, status])).toEqual([
      ['Radio', 'active'],
      ['Old Gym', 'stopped'],
    ]);
  });

  it('overlooks one missed month', () => {
    const charges = monthly('2026-01-15', 10).filter(({ date }) => date !== '2026-05-15');
    expect(findRecurringCharges(charges, today)).toHaveLength(1);
  });

  it('takes no shopping habit, no transfer and no money that came in for a bill', () => {
    const days = [0, 3, 4, 9, 11, 17, 18, 25, 29, 36, 38, 47];
    const shopping = days.map((day) => charge(addDays('2026-09-01', day), -3_000n - BigInt(day * 97)));
    const transfers = monthly('2026-03-01', 7, -50_000n, {
      category: 'transfer_out',
      category_detail: 'transfer_out_account_transfer',
    });
    const salary = monthly('2026-03-01', 7, 250_000n);
    expect(findRecurringCharges([...shopping, ...transfers, ...salary], today)).toEqual([]);
  });

  it('finds any regular charge at its cadence, though each comes up to two days late', () => {
    const late = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(fc.constantFrom('monthly', 'quarterly'), late, (cadence, days) => {
        const step = cadence === 'monthly' ? 1 : 3;
        const charges = days.map((day, index) =>
          charge(addDays(addMonths('2025-05-10', index * step), day), -2_500n),
        );
        expect(findRecurringCharges(charges, today)).toMatchObject([{ cadence, occurrences: 6 }]);
      }),
    );
  });

  it('does not depend on the order in which charges are read', () => {
    const charges = [...monthly('2026-04-03', 7, -299n), ...monthly('2026-04-19', 7, -1_099n)];
    fc.assert(
      fc.property(fc.shuffledSubarray(charges, { minLength: charges.length }), (shuffled) => {
        expect(findRecurringCharges(shuffled, today)).toEqual(findRecurringCharges(charges, today));
      }),
    );
  });
});
