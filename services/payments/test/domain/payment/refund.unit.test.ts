import { minorUnits } from '@florin/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { feeFor } from '../../../src/domain/payment/fees.js';
import {
  decideRefund,
  leftToRefund,
  type Refundable,
  statusAfterRefund,
} from '../../../src/domain/payment/refund.js';

import { isPaid, type Status, transitions } from '../../../src/domain/payment/status.js';

const paid: Refundable = {
  status: 'succeeded',
  kind: 'transfer',
  amount_minor: 10_000n,
  refunded_minor: 0n,
  returned_minor: 0n,
  disputed: false,
};

describe('a refund', () => {
  it('never exceeds what was paid, less what was given or taken back, in whatever parts it is asked for', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10_000n }),
        fc.array(fc.option(fc.bigInt({ min: 1n, max: 12_000n }), { nil: undefined }), { maxLength: 10 }),
        (returned_minor, asked) => {
          let payment: Refundable = { ...paid, returned_minor };
          for (const asked_minor of asked) {
            const decision = decideRefund(payment, asked_minor);
            if ('reason' in decision) continue;
            expect(decision.amount_minor).toBeGreaterThan(0n);
            payment = { ...payment, refunded_minor: payment.refunded_minor + decision.amount_minor };
          }
          expect(payment.refunded_minor + returned_minor).toBeLessThanOrEqual(payment.amount_minor);
        },
      ),
    );
  });

  it('is of the rest where no amount is said', () => {
    expect(
      decideRefund({ ...paid, status: 'partially_refunded', refunded_minor: 4_000n }, undefined),
    ).toEqual({
      amount_minor: 6_000n,
    });
  });

  it('is refused for what is not paid, is disputed, or has nothing left, each with its reason', () => {
    expect(decideRefund({ ...paid, status: 'held' }, undefined)).toMatchObject({ why: 'not_paid' });
    expect(decideRefund({ ...paid, disputed: true }, undefined)).toMatchObject({ why: 'disputed' });
    expect(decideRefund({ ...paid, kind: 'withdrawal' }, undefined)).toMatchObject({ why: 'withdrawal' });
    expect(decideRefund({ ...paid, refunded_minor: 10_000n }, undefined)).toMatchObject({
      why: 'nothing_left',
    });
    expect(decideRefund(paid, 10_001n)).toEqual({ reason: 'REFUND_TOO_LARGE', left_minor: 10_000n });
    expect(leftToRefund({ ...paid, status: 'failed' })).toBe(0n);
  });

  it('that is only reserved does not make the payment look refunded', () => {
    const reserved = { ...paid, refunded_minor: 10_000n };
    expect(statusAfterRefund(reserved, 0n)).toBe('succeeded');
    expect(statusAfterRefund(reserved, 5_000n)).toBe('partially_refunded');
    expect(statusAfterRefund(reserved, 10_000n)).toBe('refunded');
  });

  it('that is made, or made and then failed, moves its payment along the table, to what those that are left make of it', () => {
    const parts = fc.array(fc.bigInt({ min: 1n, max: 5_000n }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(parts, fc.array(fc.nat(5), { maxLength: 20 }), (amounts, turns) => {
        const amount_minor = amounts.reduce((sum, amount) => sum + amount, 0n);
        const ends = amounts.map(() => ['reserved', 'made', 'failed'] as const);
        const at = amounts.map(() => 0);
        const done = () =>
          amounts.reduce((sum, amount, i) => sum + (ends[i]?.[at[i] ?? 0] === 'made' ? amount : 0n), 0n);
        let status: Status = 'succeeded';
        for (const turn of turns.map((turn) => turn % amounts.length)) {
          at[turn] = Math.min(2, (at[turn] ?? 0) + 1);
          const next = statusAfterRefund({ amount_minor }, done());
          if (next !== status) expect(transitions[status]).toContain(next);
          expect(isPaid(next)).toBe(true);
          status = next;
        }
        const left = done();
        expect(status).toBe(
          left === 0n ? 'succeeded' : left === amount_minor ? 'refunded' : 'partially_refunded',
        );
      }),
    );
  });
});

describe('feeFor', () => {
  it('is what the schedule says of that kind, and nothing for others', () => {
    const amount = minorUnits(10_000n, 'USD');
    expect(feeFor({ charge: 290 }, 'charge', amount).amount_minor).toBe(290n);
    expect(feeFor({ charge: 290 }, 'transfer', amount).amount_minor).toBe(0n);
  });
});
