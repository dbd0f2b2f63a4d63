import { describe, expect, it } from 'vitest';
import { type ApprovalState, judgeApproval } from '../../src/domain/approval.js';

const expires_at = new Date('2026-11-02T09:05:00.000Z');
const before = new Date(expires_at.getTime() - 1);
const waiting: ApprovalState = { expires_at, decision: null, consumed_by: null };
const granted: ApprovalState = { ...waiting, decision: 'granted' };

describe('an approval', () => {
  it.each([
    ['waits until it is decided', waiting, before, 'pending'],
    ['is good once it is granted', granted, before, 'granted'],
    ['expires to the millisecond while nobody decides', waiting, expires_at, 'expired'],
    ['expires to the millisecond while nobody uses it', granted, expires_at, 'expired'],
    ['stays refused, also when it has expired', { ...waiting, decision: 'denied' }, expires_at, 'denied'],
    ['is used for everybody but who used it', { ...granted, consumed_by: 'op_2' }, before, 'used'],
    [
      'is good for who used it, also when it has expired',
      { ...granted, consumed_by: 'op_1' },
      expires_at,
      'granted',
    ],
  ] as const)('%s', (_name, state, now, verdict) => {
    expect(judgeApproval(state, 'op_1', now)).toBe(verdict);
  });
});
