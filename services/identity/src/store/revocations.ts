import type { Revocation } from '@florin/chassis';
import { fault } from '@florin/faults';
import type { Db } from '@florin/postgres';
import { gt, sql } from 'drizzle-orm';
import { sessions, users } from './schema.js';
import { agents, api_keys } from './schema-agents.js';

/** As many as fit into one answer. */
const MAX_REVOCATIONS = 40_000;

/**
 * What has opened less since then: read from the rows that every exchange goes by, so that nothing which revokes has to
 * remember saying so.
 */
export function prepareListRevocations(db: Db) {
  const endedSessions = db
    .select({ id: sessions.session_id, changed_at: sessions.revoked_at })
    .from(sessions)
    .where(gt(sessions.revoked_at, sql.param(sql.placeholder('since'), sessions.revoked_at)))
    .limit(MAX_REVOCATIONS)
    .prepare('ended_sessions');
  const changedUsers = db
    .select({ id: users.user_id, changed_at: users.access_changed_at })
    .from(users)
    .where(gt(users.access_changed_at, sql.param(sql.placeholder('since'), users.access_changed_at)))
    .limit(MAX_REVOCATIONS)
    .prepare('changed_users');
  const changedKeys = db
    .select({ id: api_keys.key_id, changed_at: api_keys.changed_at })
    .from(api_keys)
    .where(gt(api_keys.changed_at, sql.param(sql.placeholder('since'), api_keys.changed_at)))
    .limit(MAX_REVOCATIONS)
    .prepare('changed_keys');
  const changedAgents = db
    .select({ id: agents.agent_id, changed_at: agents.limits_set_at })
    .from(agents)
    .where(gt(agents.limits_set_at, sql.param(sql.placeholder('since'), agents.limits_set_at)))
    .limit(MAX_REVOCATIONS)
    .prepare('changed_agents');

  /** @throws Fault RESOURCE_EXHAUSTED where an answer would be incomplete: nobody may take it for all there is */
  return async (after: Date): Promise<Revocation[]> => {
    const found = [
      ...(await endedSessions.execute({ since: after })),
      ...(await changedUsers.execute({ since: after })),
      ...(await changedKeys.execute({ since: after })),
      ...(await changedAgents.execute({ since: after })),
    ];
    if (found.length >= MAX_REVOCATIONS) {
      throw fault('RESOURCE_EXHAUSTED', 'Too much was revoked at once. Try again in a few minutes.');
    }
    return found.map(({ id, changed_at }) => ({ id, changed_at_ms: changed_at?.getTime() ?? 0 }));
  };
}

export type ListRevocations = ReturnType<typeof prepareListRevocations>;
