import { newId } from '@florin/chassis';
import { addEvent, type Db, type Tx, transaction } from '@florin/postgres';
import { and, eq, gt, isNull, type SQL, sql } from 'drizzle-orm';
import { securityUri } from '../resources/uris.js';
import { newRefreshToken } from '../tokens/refresh-token.js';
import { agentGrant, findAgent, touchAgent } from './agents.js';
import { revokeKeysOfAgent } from './api-keys.js';
import { refresh_tokens, sessions, users } from './schema.js';
import { agents } from './schema-agents.js';

/** What a revoked session's event says of the cause. */
export type RevocationReason = 'logged_out' | 'refresh_token_reused' | 'password_changed' | 'by_admin';

interface When {
  now: Date;
  traceparent?: string;
}

export interface NewSession {
  client_id: string;
  /** What the client calls itself. */
  client_name?: string;
  authentication_methods: string[];
  created_at: Date;
  expires_at: Date;
}

/** A new session with its first refresh token, and the agent that it belongs to. */
export async function openSession(db: Db, user_id: string, { client_name, ...opened }: NewSession) {
  const session = { ...opened, user_id, session_id: newId('ses'), last_used_at: opened.created_at };
  const { refresh_token, token_hash } = newRefreshToken();
  await transaction(db, async (tx) => {
    await touchAgent(tx, user_id, { client_id: session.client_id, client_name }, session.created_at);
    await tx.insert(sessions).values(session);
    await insertRefreshToken(tx, session.session_id, token_hash, opened.created_at);
  });
  return { session, refresh_token };
}

export async function insertRefreshToken(
  tx: Tx,
  session_id: string,
  token_hash: string,
  issued_at: Date,
): Promise<void> {
  await tx.insert(refresh_tokens).values({ session_id, token_hash, issued_at });
}

/** @returns how many this ended, 0 or 1; undefined where the person has no such session */
export function endOneSession(
  db: Db,
  user_id: string,
  session_id: string,
  when: When,
): Promise<number | undefined> {
  return transaction(db, async (tx) => {
    const own = await tx
      .select({ session_id: sessions.session_id })
      .from(sessions)
      .where(and(eq(sessions.user_id, user_id), eq(sessions.session_id, session_id)));
    return own.length === 0 ? undefined : revokeSession(tx, user_id, session_id, 'logged_out', when);
  });
}

/** @returns how many this ended: those that had not run out by themselves */
export function endAllSessions(db: Db, user_id: string, when: When): Promise<number> {
  return transaction(db, (tx) => revokeAllSessions(tx, user_id, 'logged_out', when));
}

/** The same, as a part of what else must happen with it. */
export function revokeAllSessions(
  tx: Tx,
  user_id: string,
  reason: RevocationReason,
  when: When,
): Promise<number> {
  return revoke(tx, user_id, gt(sessions.expires_at, when.now), reason, when);
}

/**
 * Ends all that an agent holds: its sessions, and the keys that it made. The agent stays, with its limits: let in again,
 * it has no more than before.
 *
 * @returns false where the person has no such agent
 */
export function endAccessOfAgent(db: Db, user_id: string, agent_id: string, when: When): Promise<boolean> {
  return transaction(db, async (tx) => {
    const agent = await findAgent(tx, user_id, agent_id);
    if (agent === undefined) return false;
    await revoke(tx, user_id, eq(sessions.client_id, agent.client_id), 'logged_out', when);
    await revokeKeysOfAgent(tx, user_id, agent_id, when);
    return true;
  });
}

export function revokeSession(
  tx: Tx,
  user_id: string,
  session_id: string,
  reason: RevocationReason,
  when: When,
): Promise<number> {
  return revoke(tx, user_id, eq(sessions.session_id, session_id), reason, when);
}

/** Revokes and says so in one transaction: a revocation that nobody hears of is honoured by nobody's cache. */
async function revoke(
  tx: Tx,
  user_id: string,
  which: SQL,
  reason: RevocationReason,
  { now, traceparent }: When,
): Promise<number> {
  const revoked = await tx
    .update(sessions)
    .set({ revoked_at: now })
    .where(and(eq(sessions.user_id, user_id), isNull(sessions.revoked_at), which))
    .returning({ session_id: sessions.session_id });
  for (const { session_id } of revoked) {
    const data = { user_id, session_id, reason };
    const type = 'florin.identity.session.revoked.v1' as const;
    const resources = [securityUri(user_id)];
    await addEvent(tx, { type, aggregate_id: session_id, data, resources, traceparent }, now);
  }
  return revoked.length;
}

/**
 * The one query of a token exchange, prepared because it runs for every credential that the gateway has not cached.
 *
 * @returns undefined where the person has no such session
 */
export function prepareFindSession(db: Db) {
  const query = db
    .select({
      expires_at: sessions.expires_at,
      revoked_at: sessions.revoked_at,
      suspended_at: users.suspended_at,
      access_changed_at: users.access_changed_at,
      roles: users.roles,
      agent: agentGrant,
    })
    .from(sessions)
    .innerJoin(users, eq(users.user_id, sessions.user_id))
    .leftJoin(agents, and(eq(agents.user_id, sessions.user_id), eq(agents.client_id, sessions.client_id)))
    .where(
      and(
        eq(sessions.user_id, sql.param(sql.placeholder('user_id'), sessions.user_id)),
        eq(sessions.session_id, sql.param(sql.placeholder('session_id'), sessions.session_id)),
      ),
    )
    .prepare('find_session');
  return async (user_id: string, session_id: string) => {
    const [session] = await query.execute({ user_id, session_id });
    return session;
  };
}

export type FindSession = ReturnType<typeof prepareFindSession>;
