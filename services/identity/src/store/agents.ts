import { newId } from '@florin/chassis';
import type { Db, Queryable } from '@florin/postgres';
import { and, count, desc, eq, gt, isNull, lt, max, sql } from 'drizzle-orm';
import { sessions } from './schema.js';
import { agents } from './schema-agents.js';

/** What a person set for an agent. All null: it may do whatever its scopes open. */
export interface AgentLimits {
  currency: string | null;
  per_transaction_minor: bigint | null;
  per_day_minor: bigint | null;
  allowed_tools: string[] | null;
}

/** What the tokens of an agent say of its limits. */
export const agentGrant = {
  agent_id: agents.agent_id,
  currency: agents.currency,
  allowed_tools: agents.allowed_tools,
  limits_set_at: agents.limits_set_at,
};

/**
 * Notes that a client acts for a person; at the first time that makes the agent.
 * @param client_name what the client calls itself; what it was called before stays where it is left out
 * @returns the agent's id
 */
export async function touchAgent(
  db: Queryable,
  user_id: string,
  { client_id, client_name }: { client_id: string; client_name?: string | undefined },
  now: Date,
): Promise<string> {
  const name = client_name?.slice(0, 100);
  const [agent] = await db
    .insert(agents)
    .values({
      agent_id: newId('agt'),
      user_id,
      client_id,
      name: name ?? client_id,
      created_at: now,
      last_used_at: now,
    })
    .onConflictDoUpdate({
      target: [agents.user_id, agents.client_id],
      set: { last_used_at: now, ...(name !== undefined && { name }) },
    })
    .returning({ agent_id: agents.agent_id });
  if (agent === undefined) throw new Error('an upsert returned no row');
  return agent.agent_id;
}

export async function findAgent(db: Queryable, user_id: string, agent_id: string) {
  const [agent] = await db
    .select()
    .from(agents)
    .where(and(eq(agents.user_id, user_id), eq(agents.agent_id, agent_id)));
  return agent;
}

/** The person's agents, the newest first, with how many sessions each has. */
export function listAgents(
  db: Queryable,
  user_id: string,
  { before, limit, now }: { before: string | undefined; limit: number; now: Date },
) {
  return db
    .select({
      agent: agents,
      sessions: count(sessions.session_id),
      session_used_at: max(sessions.last_used_at),
    })
    .from(agents)
    .leftJoin(
      sessions,
      and(
        eq(sessions.user_id, agents.user_id),
        eq(sessions.client_id, agents.client_id),
        isNull(sessions.revoked_at),
        gt(sessions.expires_at, now),
      ),
    )
    .where(and(eq(agents.user_id, user_id), before === undefined ? undefined : lt(agents.agent_id, before)))
    .groupBy(agents.agent_id)
    .orderBy(desc(agents.agent_id))
    .limit(limit);
}

export type ListedAgent = Awaited<ReturnType<typeof listAgents>>[number];

/** Sessions that can still be used, the newest first. */
export function listSessions(
  db: Queryable,
  user_id: string,
  { before, limit, now }: { before: string | undefined; limit: number; now: Date },
) {
  return db
    .select({
      session_id: sessions.session_id,
      client_id: sessions.client_id,
      client_name: agents.name,
      agent_id: agents.agent_id,
      authentication_methods: sessions.authentication_methods,
      created_at: sessions.created_at,
      last_used_at: sessions.last_used_at,
      expires_at: sessions.expires_at,
    })
    .from(sessions)
    .leftJoin(agents, and(eq(agents.user_id, sessions.user_id), eq(agents.client_id, sessions.client_id)))
    .where(
      and(
        eq(sessions.user_id, user_id),
        isNull(sessions.revoked_at),
        gt(sessions.expires_at, now),
        before === undefined ? undefined : lt(sessions.session_id, before),
      ),
    )
    .orderBy(desc(sessions.session_id))
    .limit(limit);
}

export type ListedSession = Awaited<ReturnType<typeof listSessions>>[number];

/**
 * Tokens that were made before are refused from now on: {@link agentGrant} is among their grounds.
 * @returns false where the person has no such agent
 */
export async function setAgentLimits(
  db: Db,
  user_id: string,
  agent_id: string,
  limits: AgentLimits,
  now: Date,
): Promise<boolean> {
  const changed = await db
    .update(agents)
    .set({
      ...limits,
      // Later than the change before, also when two fall into one millisecond: tokens are told apart by it.
      limits_set_at: sql`greatest(${now.toISOString()}::timestamptz, ${agents.limits_set_at} + interval '1 millisecond')`,
    })
    .where(and(eq(agents.user_id, user_id), eq(agents.agent_id, agent_id)))
    .returning({ agent_id: agents.agent_id });
  return changed.length === 1;
}
