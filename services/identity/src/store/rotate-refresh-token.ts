import type { Clock } from '@florin/chassis';
import { type Db, type Tx, transaction } from '@florin/postgres';
import { and, eq, isNull } from 'drizzle-orm';
import type { Role } from '../domain/roles.js';
import { judgeRefresh } from '../domain/session.js';
import { hashRefreshToken, newRefreshToken } from '../tokens/refresh-token.js';
import { refresh_tokens, sessions, users } from './schema.js';
import { insertRefreshToken, revokeSession } from './sessions.js';

interface RefreshedSession {
  user_id: string;
  session_id: string;
  client_id: string;
  roles: Role[];
  authentication_methods: string[];
  expires_at: Date;
}

export type Rotation =
  | { outcome: 'rotated'; session: RefreshedSession; refresh_token: string }
  /** Unknown, expired or ended: nothing to say about which. */
  | { outcome: 'refused' }
  | { outcome: 'overtaken' }
  | { outcome: 'revoked' };

/**
 * Uses a refresh token up and makes the next, or revokes its session. What it resolves to is committed.
 *
 * @param call when it began, which is not when the token is used: calls that meet are told apart by that
 */
export function rotateRefreshToken(
  { db, clock }: { db: Db; clock: Clock },
  refresh_token: string,
  call: { now: Date; traceparent: string },
): Promise<Rotation> {
  const token_hash = hashRefreshToken(refresh_token);
  return transaction(db, async (tx) => {
    const found = await findRefreshToken(tx, token_hash);
    if (found === undefined) return { outcome: 'refused' };
    const { used_at, revoked_at, suspended_at, ...session } = found;
    const { user_id, session_id, expires_at } = session;
    const verdict = judgeRefresh({ used_at }, { expires_at, revoked_at, suspended_at }, call.now);
    if (verdict === 'refuse') return { outcome: 'refused' };
    if (verdict === 'revoke') {
      await revokeSession(tx, user_id, session_id, 'refresh_token_reused', call);
      return { outcome: 'revoked' };
    }
    const at = clock();
    if (verdict === 'overtaken' || !(await useUp(tx, token_hash, at))) return { outcome: 'overtaken' };
    const next = newRefreshToken();
    await insertRefreshToken(tx, session_id, next.token_hash, at);
    await tx
      .update(sessions)
      .set({ last_used_at: at })
      .where(and(eq(sessions.user_id, user_id), eq(sessions.session_id, session_id)));
    return { outcome: 'rotated', session, refresh_token: next.refresh_token };
  });
}

/** By the token, since whoever has it is its owner. */
async function findRefreshToken(tx: Tx, token_hash: string) {
  const [found] = await tx
    .select({
      used_at: refresh_tokens.used_at,
      session_id: sessions.session_id,
      user_id: sessions.user_id,
      client_id: sessions.client_id,
      authentication_methods: sessions.authentication_methods,
      expires_at: sessions.expires_at,
      revoked_at: sessions.revoked_at,
      suspended_at: users.suspended_at,
      roles: users.roles,
    })
    .from(refresh_tokens)
    .innerJoin(sessions, eq(sessions.session_id, refresh_tokens.session_id))
    .innerJoin(users, eq(users.user_id, sessions.user_id))
    .where(eq(refresh_tokens.token_hash, token_hash));
  return found;
}

/** Of those who saw the token unused, the row's lock lets one through. */
async function useUp(tx: Tx, token_hash: string, now: Date): Promise<boolean> {
  const used = await tx
    .update(refresh_tokens)
    .set({ used_at: now })
    .where(and(eq(refresh_tokens.token_hash, token_hash), isNull(refresh_tokens.used_at)))
    .returning({ token_hash: refresh_tokens.token_hash });
  return used.length === 1;
}
