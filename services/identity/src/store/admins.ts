import type { Tx } from '@florin/postgres';
import { and, arrayContains, asc, isNull } from 'drizzle-orm';
import { users } from './schema.js';

/**
 * Who are admins, held until the transaction ends. Two admins who remove each other would otherwise each see the other
 * still there; in one order for all, so that they wait for each other instead of deadlocking.
 */
export async function lockAdmins(tx: Tx): Promise<string[]> {
  const admins = await tx
    .select({ user_id: users.user_id })
    .from(users)
    .where(and(arrayContains(users.roles, ['admin']), isNull(users.suspended_at)))
    .orderBy(asc(users.user_id))
    .for('update');
  return admins.map(({ user_id }) => user_id);
}
