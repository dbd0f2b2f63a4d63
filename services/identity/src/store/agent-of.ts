import { type Actor, newId } from '@florin/chassis';
import type { Db } from '@florin/postgres';
import { agents } from './schema-agents.js';

/** The agent through which somebody acts; made when it is seen for the first time. Its limits are those of its keys. */
export async function agentOf(
  db: Db,
  { user_id, client_id }: Pick<Actor, 'user_id' | 'client_id'>,
  now: Date,
): Promise<string> {
  const [agent] = await db
    .insert(agents)
    .values({
      agent_id: newId('agt'),
      user_id,
      client_id,
      name: client_id,
      created_at: now,
      last_used_at: now,
    })
    .onConflictDoUpdate({ target: [agents.user_id, agents.client_id], set: { last_used_at: now } })
    .returning({ agent_id: agents.agent_id });
  if (agent === undefined) throw new Error('an upsert returned no row');
  return agent.agent_id;
}
