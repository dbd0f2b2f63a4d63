import { describe, expect, it } from 'vitest';
import { isActive, judgeRefresh } from '../../src/domain/session.js';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 2, 9, minute));
const session = { expires_at: at(30), revoked_at: null, suspended_at: null };

describe('a session', () => {
  it('is active until the moment it expires', () => {
    expect(isActive(session, new Date(at(30).getTime() - 1))).toBe(true);
    expect(isActive(session, at(30))).toBe(false);
  });

  it('is over when it was revoked or its owner suspended', () => {
    expect(isActive({ ...session, revoked_at: at(1) }, at(2))).toBe(false);
    expect(isActive({ ...session, suspended_at: at(1) }, at(2))).toBe(false);
  });
});

describe('a refresh token', () => {
  it('works once', () => {
    expect(judgeRefresh({ used_at: null }, session, at(5))).toBe('rotate');
  });

  it('revokes the session when it comes back after it was used', () => {
    expect(judgeRefresh({ used_at: at(4) }, session, at(5))).toBe('revoke');
  });

  it('is only refused when another call used it on the way of this one', () => {
    expect(judgeRefresh({ used_at: at(6) }, session, at(5))).toBe('overtaken');
  });

  it('is refused when the session is over, used or not', () => {
    expect(judgeRefresh({ used_at: null }, session, at(31))).toBe('refuse');
    expect(judgeRefresh({ used_at: at(4) }, { ...session, revoked_at: at(4) }, at(5))).toBe('refuse');
  });
});
