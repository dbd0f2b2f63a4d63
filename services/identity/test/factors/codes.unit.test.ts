import { Secret, TOTP } from 'otpauth';
import { describe, expect, it } from 'vitest';
import { acceptedStep, newRecoveryCodes, newTotpSecret, readCode, totpUri } from '../../src/factors/codes.js';

const now = new Date('2026-11-02T09:00:15Z');
const secret = newTotpSecret();
const codeAt = (offset_s: number) =>
  TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: now.getTime() + offset_s * 1_000 });
const step = Math.floor(now.getTime() / 30_000);

describe('a code of an authenticator app', () => {
  it.each([
    [-30, step - 1],
    [0, step],
    [30, step + 1],
  ])('is taken %i seconds off', (offset_s, accepted) => {
    expect(acceptedStep(codeAt(offset_s), { secret, last_step: null }, now)).toBe(accepted);
  });

  it.each([-60, 60, 3_600])('is refused %i seconds off', (offset_s) => {
    expect(acceptedStep(codeAt(offset_s), { secret, last_step: null }, now)).toBeUndefined();
  });

  it('is refused a second time, and so is every earlier one', () => {
    expect(acceptedStep(codeAt(0), { secret, last_step: step }, now)).toBeUndefined();
    expect(acceptedStep(codeAt(-30), { secret, last_step: step }, now)).toBeUndefined();
    expect(acceptedStep(codeAt(30), { secret, last_step: step }, now)).toBe(step + 1);
  });

  it('comes from a key that apps can read', () => {
    const uri = totpUri(secret, 'ada@example.com');
    expect(uri).toMatch(/^otpauth:\/\/totp\/Florin:ada%40example\.com\?issuer=Florin&secret=[A-Z2-7]{32}&/);
  });
});

describe('recovery codes', () => {
  it('are ten, of 80 bits each, and read however they are typed', () => {
    const codes = newRecoveryCodes();
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) {
      expect(code).toMatch(/^[a-z2-7]{4}(-[a-z2-7]{4}){3}$/);
      expect(readCode(` ${code.toUpperCase()} `)).toEqual({
        kind: 'recovery_code',
        code: code.replaceAll('-', ''),
      });
    }
  });
});

it.each(['', '12345', '1234567', 'k2fq-7dmz-x4ha', '<script>'])('%j is no code at all', (typed) => {
  expect(readCode(typed)).toBeUndefined();
});
