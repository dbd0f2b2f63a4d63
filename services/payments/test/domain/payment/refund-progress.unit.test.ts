import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  askRefundAgain,
  decideHeldRefund,
  decideRefundReport,
  type RefundDecision,
  type RefundState,
} from '../../../src/domain/payment/refund-progress.js';

const now = new Date('2026-11-02T09:00:00Z');
const sent: RefundState = {
  status: 'processing',
  status_reason: null,
  provider_id: null,
  due_at: now,
  due_attempts: 0,
};

type Told = 'processing' | 'succeeded' | 'failed' | 'unknown' | 'later';

function decide(refund: RefundState, told: Told): RefundDecision | undefined {
  if (told === 'unknown' || told === 'later') return askRefundAgain(refund, told === 'unknown', now);
  return decideRefundReport(refund, { provider_id: 're_1', status: told }, now);
}

describe('what the provider says of a refund', () => {
  it('settles or releases its money once, whatever is said in whatever order', () => {
    const told = fc.constantFrom<Told>('processing', 'succeeded', 'failed', 'unknown', 'later');
    fc.assert(
      fc.property(fc.array(told, { maxLength: 12 }), (all) => {
        let refund = sent;
        const moved: unknown[] = [];
        for (const one of all) {
          const decision = decide(refund, one);
          if (decision?.reserved !== undefined) moved.push(decision.reserved);
          refund = { ...refund, ...decision?.changes };
        }
        const ended = all.find((one) => one === 'succeeded' || one === 'failed');
        expect(moved).toEqual(ended === undefined ? [] : [ended === 'succeeded' ? 'settle' : 'release']);
        expect(refund.due_at === null).toBe(ended !== undefined);
      }),
    );
  });

  it('is asked for again, later each time, while it is outstanding', () => {
    const first = askRefundAgain(sent, true, now);
    expect(first?.changes).toMatchObject({ status: 'unknown', due_attempts: 1 });
    const second = askRefundAgain({ ...sent, due_attempts: 5 }, false, now);
    expect(second?.changes.due_at?.getTime()).toBeGreaterThan(first?.changes.due_at?.getTime() ?? Infinity);
    expect(second?.changes).not.toHaveProperty('status');
  });
});

describe('a held refund', () => {
  const held: RefundState = { ...sent, status: 'held' };

  it('goes on when fraud approves, ends when it declines, and else waits', () => {
    expect(decideHeldRefund(held, 'approve', true)).toMatchObject({ reserved: 'settle' });
    expect(decideHeldRefund(held, 'approve', false)?.changes.status).toBe('processing');
    expect(decideHeldRefund(held, 'decline', true)).toMatchObject({
      changes: { status: 'failed', status_reason: 'declined_by_screening' },
      reserved: 'release',
    });
    expect(decideHeldRefund(held, 'hold', true)).toBeUndefined();
    expect(decideHeldRefund(sent, 'decline', true)).toBeUndefined();
  });
});
