import { createHash, randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';

/** RFC 6238, section 4: X, "the time step in seconds". */
const PERIOD_S = 30;
/** RFC 6238, section 5.2: "We RECOMMEND that at most one time step is allowed as the network delay", before and after. */
const DRIFT_STEPS = 1;
const RECOVERY_CODES = 10;
/** 80 bits: no list of them can be tried through, so SHA-256 without salt is enough. */
const RECOVERY_CODE_BYTES = 10;

export type CodeKind = 'totp' | 'recovery_code';

/** What kind of code was typed, in the form in which it is compared; undefined where it is neither. */
export function readCode(typed: string): { kind: CodeKind; code: string } | undefined {
  const code = typed.replace(/[\s-]/g, '').toLowerCase();
  if (/^\d{6}$/.test(code)) return { kind: 'totp', code };
  if (/^[a-z2-7]{16}$/.test(code)) return { kind: 'recovery_code', code };
  return undefined;
}

/** 160 bits in base32, as RFC 4226, section 4 recommends. */
export function newTotpSecret(): string {
  return new Secret({ size: 20 }).base32;
}

/** What an authenticator app reads from a QR code. */
export function totpUri(secret: string, account: string): string {
  return new TOTP({ issuer: 'Florin', label: account, secret, period: PERIOD_S, digits: 6 }).toString();
}

/**
 * The time step that a code belongs to.
 *
 * RFC 6238, section 5.2: the verifier "MUST NOT accept the second attempt of the OTP after the successful validation has
 * been issued for the first OTP". So a step counts only when it is later than the last one that was accepted.
 *
 * @returns undefined where the code is wrong, too old, or was used
 */
export function acceptedStep(
  code: string,
  factor: { secret: string; last_step: number | null },
  now: Date,
): number | undefined {
  const timestamp = now.getTime();
  const delta = TOTP.validate({
    token: code,
    secret: Secret.fromBase32(factor.secret),
    digits: 6,
    period: PERIOD_S,
    timestamp,
    window: DRIFT_STEPS,
  });
  if (delta === null) return undefined;
  const step = Math.floor(timestamp / 1_000 / PERIOD_S) + delta;
  return factor.last_step === null || step > factor.last_step ? step : undefined;
}

/** Ten, as they are shown: four groups of four. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () => {
    const letters = new Secret({ buffer: new Uint8Array(randomBytes(RECOVERY_CODE_BYTES)).buffer }).base32;
    return (letters.toLowerCase().match(/.{4}/g) ?? []).join('-');
  });
}

/** @param code as {@link readCode} gives it */
export function hashRecoveryCode(code: string): string {
  return createHash('sha256').update(code).digest('hex');
}
