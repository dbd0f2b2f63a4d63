import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BookedPayment,
  type BookedRefund,
  type Comparison,
  compareLines,
  compareRefund,
  compareSum,
  compareWithLedger,
  countsForPayment,
  findMissing,
  isDifference,
  type ProviderLine,
} from '../../../src/domain/reconciliation/compare.js';

const charge: BookedPayment = {
  payment_id: 'pay_1',
  kind: 'charge',
  provider_id: 'pi_1',
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
  provider_id: 'pi_1',
  payment_id: 'pay_1',
  amount_minor: 10_000n,
  currency: 'USD',
};
const differences = (all: readonly Comparison[]) => all.filter(isDifference);
const linesDiffer = (...args: Parameters<typeof compareLines>) => differences(compareLines(...args));
const ledgerDiffers = (payment: BookedPayment) => differences([compareWithLedger(payment)]);
const missing = (...args: Parameters<typeof findMissing>) => differences(findMissing(...args));
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
        expect(ledgerDiffers({ ...booked, refunds, clearing_minor })).toEqual([]);
        expect(ledgerDiffers({ ...booked, refunds, clearing_minor: clearing_minor + 1n })).toHaveLength(1);
      }),
    );
  });

  it('hold nothing for a payment that came to nothing', () => {
    expect(ledgerDiffers({ ...charge, outcome: 'unpaid', clearing_minor: 0n })).toEqual([]);
    expect(ledgerDiffers({ ...charge, outcome: 'unpaid' })).toMatchObject([
      { kind: 'ledger_differs', expected: '0', found: '9680' },
    ]);
  });

  it('count a withdrawal as leaving, and a refused one as back', () => {
    const payout: BookedPayment = { ...charge, kind: 'withdrawal', provider_fee_minor: null };
    expect(ledgerDiffers({ ...payout, clearing_minor: -10_000n })).toEqual([]);
    expect(ledgerDiffers({ ...payout, returned_minor: 10_000n, clearing_minor: 0n })).toEqual([]);
  });
});

describe("a line of the provider's", () => {
  it('has its payment, of the same amount', () => {
    expect(linesDiffer([line], find)).toEqual([]);
    expect(linesDiffer([{ ...line, amount_minor: 9_999n }], find)).toMatchObject([
      { kind: 'amount_differs', subject: 'pay_1', expected: '10000', found: '9999' },
    ]);
  });

  it("that we know nothing of is told, unless it is the provider's own affair", () => {
    const { payment_id: _, ...nobodys } = line;
    expect(linesDiffer([nobodys, { ...line, payment_id: 'pay_2' }], find)).toMatchObject([
      { kind: 'unknown_at_ours', subject: 'txn_1' },
      { kind: 'unknown_at_ours', subject: 'txn_1' },
    ]);
    expect(linesDiffer([{ ...nobodys, type: 'stripe_fee' }], find)).toEqual([]);
  });

  it('of a payment that we call unpaid is told, unless another takes it back', () => {
    const unpaid: BookedPayment = { ...charge, outcome: 'unpaid' };
    expect(linesDiffer([line], () => unpaid)).toEqual([]);
    expect(countsForPayment({ type: 'payment' }, unpaid)).toBe(true);
    expect(countsForPayment({ type: 'payment_failure_refund' }, unpaid)).toBe(true);
    expect(countsForPayment({ type: 'refund' }, unpaid)).toBe(false);
    expect(differences(compareSum(unpaid, [10_000n]))).toMatchObject([
      { kind: 'amount_differs', expected: '0', found: '10000' },
    ]);
    expect(differences(compareSum(unpaid, [0n]))).toEqual([]);
  });

  it('of a payment that is not over yet is no difference: the provider knows first', () => {
    expect(linesDiffer([line], () => ({ ...charge, outcome: 'open' }))).toEqual([]);
  });

  it('of a charge that the payment was not made by is told, also where it says whose it is', () => {
    expect(linesDiffer([{ ...line, provider_id: 'pi_2' }], find)).toMatchObject([
      { kind: 'unknown_at_ours', subject: 'txn_1' },
    ]);
  });

  it('of a refund has that refund', () => {
    const refunds = [{ refund_id: 'ref_1', amount_minor: 400n, status: 'processing' as const }];
    const refunded = () => ({ ...charge, refunds });
    const taken = { ...line, type: 'refund', refund_id: 'ref_1', amount_minor: -400n };
    expect(linesDiffer([taken, { ...taken, amount_minor: 400n }], refunded)).toEqual([]);
    const { refund_id: _, ...byHand } = taken;
    for (const nobodys of [{ ...taken, refund_id: 'ref_2' }, byHand]) {
      expect(linesDiffer([nobodys], refunded)).toMatchObject([{ kind: 'unknown_at_ours' }]);
    }
  });
});

describe('what the lines of a refund or a withdrawal come to', () => {
  const refund: BookedRefund = { refund_id: 'ref_1', amount_minor: 400n, status: 'succeeded' };
  const differ = (status: BookedRefund['status'], ...nets: bigint[]) =>
    differences(compareRefund({ ...refund, status }, nets));

  it('is all of it where it was made, and nothing where it has failed', () => {
    expect(differ('succeeded', -400n)).toEqual([]);
    expect(differ('failed', 0n)).toEqual([]);
    expect(differ('succeeded', 0n)).toMatchObject([
      { kind: 'refund_differs', subject: 'ref_1', expected: '-400', found: '0' },
    ]);
    expect(differ('failed', -400n)).toMatchObject([{ expected: '0', found: '-400' }]);
    expect(differ('succeeded', -800n)).toMatchObject([{ found: '-800' }]);
    expect(differ('succeeded', 400n)).toMatchObject([{ found: '400' }]);
  });

  it('is no difference while it is under way', () => {
    for (const status of ['held', 'processing', 'unknown'] as const) {
      for (const net of [0n, -400n, 400n]) expect(differ(status, net)).toEqual([]);
    }
  });

  it('is, of a withdrawal, what has left and not come back', () => {
    const payout: BookedPayment = { ...charge, kind: 'withdrawal', provider_fee_minor: null };
    const withdrawn = (over: Partial<BookedPayment>, net: bigint) =>
      differences(compareSum({ ...payout, ...over }, [net]));
    expect(withdrawn({}, -10_000n)).toEqual([]);
    expect(withdrawn({ returned_minor: 10_000n }, 0n)).toEqual([]);
    expect(withdrawn({ outcome: 'unpaid' }, 0n)).toEqual([]);
    expect(withdrawn({ outcome: 'open' }, -10_000n)).toEqual([]);
    expect(withdrawn({ outcome: 'unpaid' }, -10_000n)).toMatchObject([
      { kind: 'amount_differs', subject: 'pay_1', expected: '0', found: '-10000' },
    ]);
    expect(withdrawn({ returned_minor: 10_000n }, -10_000n)).toHaveLength(1);
  });

  it('may fit at one of two moments: we hear of it a little later', () => {
    expect(differ('succeeded', -400n, 0n)).toEqual([]);
    expect(differ('failed', -400n, 0n)).toEqual([]);
    expect(differ('succeeded', 0n, 0n)).toHaveLength(1);
  });
});

it('a payment that we call paid and the provider has no line of is told', () => {
  const unpaid = { ...charge, payment_id: 'pay_3', outcome: 'unpaid' as const };
  expect(missing([charge, { ...charge, payment_id: 'pay_2' }, unpaid], new Set(['pay_1']))).toMatchObject([
    { kind: 'missing_at_provider', subject: 'pay_2' },
  ]);
});
