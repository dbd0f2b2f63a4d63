import type { Db } from '@florin/postgres';
import { and, count, eq, gt, isNull, or } from 'drizzle-orm';
import { factorsOf } from './factors.js';
import { listPasskeys } from './passkeys.js';
import { sessions, users } from './schema.js';
import { recovery_codes } from './schema-accounts.js';
import { api_keys } from './schema-agents.js';

/** How well an account is guarded, and how much can act for it. */
export interface Security {
  email_verified: boolean;
  has_password: boolean;
  /** Whether the sign-in by password asks for more. */
  mfa_enabled: boolean;
  totp: boolean;
  passkeys: number;
  recovery_codes_left: number;
  sessions: number;
  api_keys: number;
}

/** @returns undefined where there is no such person */
export async function findSecurity(db: Db, user_id: string, now: Date): Promise<Security | undefined> {
  const [[user], factors, passkeys, [codes], [running], [keys]] = await Promise.all([
    db
      .select({ verified: users.email_verified_at, password_hash: users.password_hash })
      .from(users)
      .where(and(eq(users.user_id, user_id), isNull(users.erased_at))),
    factorsOf(db, user_id),
    listPasskeys(db, user_id),
    db
      .select({ total: count() })
      .from(recovery_codes)
      .where(and(eq(recovery_codes.user_id, user_id), isNull(recovery_codes.used_at))),
    db
      .select({ total: count() })
      .from(sessions)
      .where(and(eq(sessions.user_id, user_id), isNull(sessions.revoked_at), gt(sessions.expires_at, now))),
    db
      .select({ total: count() })
      .from(api_keys)
      .where(
        and(
          eq(api_keys.user_id, user_id),
          isNull(api_keys.revoked_at),
          or(isNull(api_keys.expires_at), gt(api_keys.expires_at, now)),
        ),
      ),
  ]);
  if (user === undefined) return undefined;
  return {
    email_verified: user.verified !== null,
    has_password: user.password_hash !== null,
    mfa_enabled: factors.length > 0,
    totp: factors.includes('totp'),
    passkeys: passkeys.length,
    recovery_codes_left: codes?.total ?? 0,
    sessions: running?.total ?? 0,
    api_keys: keys?.total ?? 0,
  };
}
