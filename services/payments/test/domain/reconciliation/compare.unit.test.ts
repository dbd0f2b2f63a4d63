import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BookedPayment,
  compareLines,
  compareWithLedger,
  findMissing,
  type ProviderLine,
} from '../../../src/domain/reconciliation/compare.js';

const charge: BookedPayment = {
  payment_id: 'pay_1',
  kind: 'charge',
  outcome: 'paid',
  asked_minor: 10_000n,
  returned_minor: 0n,
  provider_fee_minor: 320n,
  refunds: [],
  clearing_minor: 9_680n,
};
const line: ProviderLine = {
  balance_transaction_id: 'txn_1',
  type: 'charge',
  payment_id: 'pay_1',
  amount_minor: 10_000n,
  currency: 'USD',
};
const find = (payment_id: string) => (payment_id === 'pay_1' ? charge : undefined);

describe('books that agree', () => {
  it('show no difference, whatever was charged, kept, returned and refunded', () => {
    const minor = fc.bigInt({ min: 0n, max: 10n ** 12n });
    fc.assert(
      fc.property(minor, minor, minor, fc.array(minor, { maxLength: 5 }), (asked, fee, returned, given) => {
        const refunds = given.map((amount_minor, index) => {
          return { refund_id: `ref_${index}`, amount_minor, status: 'succeeded' as const };
        });
        const clearing_minor = asked - fee - returned - given.reduce((sum, minor) => sum + minor, 0n);
        const booked = { ...charge, asked_minor: asked, provider_fee_minor: fee, returned_minor: returned };
        expect(compareWithLedger({ ...booked, refunds, clearing_minor })).toEqual([]);
        expect(compareWithLedger({ ...booked, refunds, clearing_minor: clearing_minor + 1n })).toHaveLength(
          1,
        );
      }),
    );
  });

  it('hold nothing for a payment that came to nothing', () => {
    expect(compareWithLedger({ ...charge, outcome: 'unpaid', clearing_minor: 0n })).toEqual([]);
    expect(compareWithLedger({ ...charge, outcome: 'unpaid' })).toMatchObject([
      { kind: 'ledger_differs', expected: '0', found: '9680' },
    ]);
  });

  it('count a withdrawal as leaving, and a refused one as back', () => {
    const payout: BookedPayment = { ...charge, kind: 'withdrawal', provider_fee_minor: null };
    expect(compareWithLedger({ ...payout, clearing_minor: -10_000n })).toEqual([]);
    expect(compareWithLedger({ ...payout, returned_minor: 10_000n, clearing_minor: 0n })).toEqual([]);
  });
});

describe("a line of the provider's", () => {
  it('has its payment, of the same amount', () => {
    expect(compareLines([line], find)).toEqual([]);
    expect(compareLines([{ ...line, amount_minor: 9_999n }], find)).toMatchObject([
      { kind: 'amount_differs', subject: 'pay_1', expected: '10000', found: '9999' },
    ]);
  });

  it("that we know nothing of is told, unless it is the provider's own affair", () => {
    const { payment_id: _, ...nobodys } = line;
    expect(compareLines([nobodys, { ...line, payment_id: 'pay_2' }], find)).toMatchObject([
      { kind: 'unknown_at_ours', subject: 'txn_1' },
      { kind: 'unknown_at_ours', subject: 'txn_1' },
    ]);
    expect(compareLines([{ ...nobodys, type: 'stripe_fee' }], find)).toEqual([]);
  });

  it('of a payment that we call unpaid is told', () => {
    expect(compareLines([line], () => ({ ...charge, outcome: 'unpaid' }))).toMatchObject([
      { kind: 'amount_differs', expected: 'not paid' },
    ]);
  });

  it('of a payment that is not over yet is no difference: the provider knows first', () => {
    expect(compareLines([line], () => ({ ...charge, outcome: 'open' }))).toEqual([]);
  });

  it('of a refund has the amount of that refund, taken or given back', () => {
    const refunds = [{ refund_id: 'ref_1', amount_minor: 400n, status: 'processing' as const }];
    const refunded = () => ({ ...charge, refunds });
    const taken = { ...line, type: 'refund', refund_id: 'ref_1', amount_minor: -400n };
    expect(compareLines([taken, { ...taken, amount_minor: 400n }], refunded)).toEqual([]);
    expect(compareLines([{ ...taken, amount_minor: -401n }], refunded)).toMatchObject([
      { kind: 'amount_differs', subject: 'ref_1' },
    ]);
    expect(compareLines([{ ...taken, refund_id: 'ref_2' }], refunded)).toMatchObject([
      { kind: 'unknown_at_ours' },
    ]);
  });
});

it('a payment that we call paid and the provider has no line of is told', () => {
  const unpaid = { ...charge, payment_id: 'pay_3', outcome: 'unpaid' };
  expect(findMissing([charge, { ...charge, payment_id: 'pay_2' }, unpaid], new Set(['pay_1']))).toMatchObject(
    [{ kind: 'missing_at_provider', subject: 'pay_2' }],
  );
});
