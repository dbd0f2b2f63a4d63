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

/** What is told one after the other, and what becomes of the refund and its money. */
function follow(all: readonly Told[]): { refund: RefundState; moved: unknown[] } {
  let refund = sent;
  const moved: unknown[] = [];
  for (const one of all) {
    const decision = decide(refund, one);
    if (decision?.money !== undefined) moved.push(decision.money);
    refund = { ...refund, ...decision?.changes };
  }
  return { refund, moved };
}

describe('what the provider says of a refund', () => {
  const told = fc.constantFrom<Told>('processing', 'succeeded', 'failed', 'unknown', 'later');

  it('settles or releases its money once, and takes back once what was settled and has failed', () => {
    fc.assert(
      fc.property(fc.array(told, { maxLength: 12 }), (all) => {
        const { refund, moved } = follow(all);
        const [first, ...more] = all.filter((one) => one === 'succeeded' || one === 'failed');
        const failed = more.includes('failed');
        if (first === undefined) expect(moved).toEqual([]);
        else if (first === 'failed') expect(moved).toEqual(['release']);
        else expect(moved).toEqual(failed ? ['settle', 'reverse'] : ['settle']);
        if (first === undefined) expect(refund.due_at).not.toBeNull();
      }),
    );
  });

  it('ends as failed once it has failed, in whatever order that is heard, and nobody has lost anything', () => {
    fc.assert(
      fc.property(fc.array(told, { maxLength: 12 }), fc.nat(12), (others, at) => {
        const { refund, moved } = follow([...others.slice(0, at), 'failed', ...others.slice(at)]);
        expect(refund).toMatchObject({ status: 'failed', due_at: null });
        expect([['release'], ['settle', 'reverse']]).toContainEqual(moved);
      }),
    );
  });

  it('takes nothing back that went from wallet to wallet', () => {
    const made: RefundState = { ...sent, status: 'succeeded', due_at: null };
    expect(decide(made, 'failed')).toBeUndefined();
  });

  it('is asked for again where one that was made could not be looked up, which stays made', () => {
    const made: RefundState = { ...sent, status: 'succeeded', provider_id: 're_1' };
    for (const told of ['unknown', 'later'] as const) {
      const decision = decide(made, told);
      expect(decision?.changes.due_at?.getTime()).toBeGreaterThan(now.getTime());
      expect(decision?.changes).not.toHaveProperty('status');
    }
    expect(decide(made, 'succeeded')?.changes).toEqual({ due_at: null, due_attempts: 0 });
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
    expect(decideHeldRefund(held, 'approve', true)).toMatchObject({ money: 'settle' });
    expect(decideHeldRefund(held, 'approve', false)?.changes.status).toBe('processing');
    expect(decideHeldRefund(held, 'decline', true)).toMatchObject({
      changes: { status: 'failed', status_reason: 'declined_by_screening' },
      money: 'release',
    });
    expect(decideHeldRefund(held, 'hold', true)).toBeUndefined();
    expect(decideHeldRefund(sent, 'decline', true)).toBeUndefined();
  });
});
