import { newId } from '@florin/chassis';
import type { Db, Queryable } from '@florin/postgres';
import { and, desc, eq, gt, isNull } from 'drizzle-orm';
import type { Role } from '../domain/roles.js';
import { touchAgent } from '../store/agents.js';
import { sessions, users } from '../store/schema.js';

/**
 * What a person grants to a client is a session like any other, and the library's grant has its id: to end the one is to end
 * the other, and access tokens name it.
 */
export interface GrantedSession {
  user_id: string;
  client_id: string;
  authentication_methods: string[];
}

export async function openGrantedSession(
  db: Queryable,
  { client_name, ...granted }: GrantedSession & { client_name: string },
  { now, expires_at }: { now: Date; expires_at: Date },
): Promise<string> {
  const { user_id, client_id } = granted;
  await touchAgent(db, user_id, { client_id, client_name }, now);
  const session_id = newId('ses');
  await db.insert(sessions).values({
    ...granted,
    session_id,
    created_at: now,
    last_used_at: now,
    expires_at,
  });
  return session_id;
}

/** @returns undefined where the session has ended or its owner is suspended: nothing is issued for it any more */
export async function findGrantedSession(db: Db, user_id: string, session_id: string, now: Date) {
  const [session] = await db
    .select({ authentication_methods: sessions.authentication_methods, expires_at: sessions.expires_at })
    .from(sessions)
    .innerJoin(users, eq(users.user_id, sessions.user_id))
    .where(
      and(
        eq(sessions.user_id, user_id),
        eq(sessions.session_id, session_id),
        isNull(sessions.revoked_at),
        gt(sessions.expires_at, now),
        isNull(users.suspended_at),
      ),
    );
  return session;
}

export async function touchGrantedSession(
  db: Db,
  user_id: string,
  session_id: string,
  now: Date,
): Promise<void> {
  await db
    .update(sessions)
    .set({ last_used_at: now })
    .where(and(eq(sessions.user_id, user_id), eq(sessions.session_id, session_id)));
}

/** Enough of them to find one consent: a person who ended them all is asked again. */
const RECENT = 10;

/** The ids of a person's running sessions with a client, the newest first. */
export async function runningSessions(
  db: Db,
  user_id: string,
  client_id: string,
  now: Date,
): Promise<string[]> {
  const found = await db
    .select({ session_id: sessions.session_id })
    .from(sessions)
    .where(
      and(
        eq(sessions.user_id, user_id),
        eq(sessions.client_id, client_id),
        isNull(sessions.revoked_at),
        gt(sessions.expires_at, now),
      ),
    )
    .orderBy(desc(sessions.created_at))
    .limit(RECENT);
  return found.map(({ session_id }) => session_id);
}

/** @returns undefined for who is suspended, or nobody */
export async function rolesOfActiveUser(db: Queryable, user_id: string): Promise<Role[] | undefined> {
  const [user] = await db
    .select({ roles: users.roles })
    .from(users)
    .where(and(eq(users.user_id, user_id), isNull(users.suspended_at)));
  return user?.roles;
}
