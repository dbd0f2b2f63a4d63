import type { Clock } from '@florin/chassis';
import { fault } from '@florin/faults';
import type { Db } from '@florin/postgres';
import { and, eq, isNotNull } from 'drizzle-orm';
import type { RequestHandler } from 'express';
import type { BrowserSession } from '../browser/browser-session.js';
import { sessionOf } from '../browser/forms.js';
import { passkeys, totp_factors } from '../store/schema-accounts.js';

/** RFC 8176: what a sign-in was made with besides a password. */
const secondFactors: readonly string[] = ['otp', 'mfa', 'hwk', 'swk', 'pop'];
const FRESH_MS = 10 * 60_000;

/**
 * Behind requireSession: lets on who has no second factor, or has shown it lately. What is decided here moves money, and a
 * browser that was left open is not the person.
 */
export function requireFreshFactor({ db, now }: { db: Db; now: Clock }): RequestHandler {
  return async (_request, response, next) => {
    const session = sessionOf(response);
    if (isFresh(session, now()) || !(await hasFactor(db, session.user_id))) return next();
    throw fault(
      'PERMISSION_DENIED',
      'Sign out, sign in again with your second factor, and open this page anew.',
    );
  };
}

function isFresh({ authentication_methods, authenticated_at }: BrowserSession, now: Date): boolean {
  const age_ms = now.getTime() - authenticated_at.getTime();
  return age_ms < FRESH_MS && authentication_methods.some((method) => secondFactors.includes(method));
}

async function hasFactor(db: Db, user_id: string): Promise<boolean> {
  const [totp, passkey] = await Promise.all([
    db
      .select({ user_id: totp_factors.user_id })
      .from(totp_factors)
      .where(and(eq(totp_factors.user_id, user_id), isNotNull(totp_factors.confirmed_at))),
    db.select({ user_id: passkeys.user_id }).from(passkeys).where(eq(passkeys.user_id, user_id)).limit(1),
  ]);
  return totp.length + passkey.length > 0;
}
