import { fault } from '@florin/faults';
import { addEvent, type Db, type Tx, transaction } from '@florin/postgres';
import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import { judgeAccessChange } from '../domain/access-change.js';
import type { Role } from '../domain/roles.js';
import { permissionsUri, profileUri } from '../resources/uris.js';
import { users } from './schema.js';
import { revokeAllSessions } from './sessions.js';

interface Change {
  /** The admin. */
  by: string;
  now: Date;
  traceparent: string;
}

/** What somebody may do, as an admin sees it. */
export interface Access {
  roles: Role[];
  suspended_at: Date | null;
}

/**
 * @returns what holds now
 * @throws Fault NOT_FOUND, LAST_ADMIN, PERMISSION_DENIED
 */
export function setRoles(db: Db, user_id: string, roles: Role[], change: Change): Promise<Access> {
  return changeAccess(db, user_id, change, async (tx, before) => {
    const isSame = roles.length === before.roles.length && roles.every((role) => before.roles.includes(role));
    if (isSame) return before;
    await writeAccess(tx, user_id, { roles }, change);
    await tell(tx, user_id, 'roles', change);
    return { ...before, roles };
  });
}

/** Suspends somebody and ends their sessions, or lets them in again. The same returns and errors. */
export function setSuspended(db: Db, user_id: string, suspended: boolean, change: Change): Promise<Access> {
  return changeAccess(db, user_id, change, async (tx, before) => {
    if (suspended === (before.suspended_at !== null)) return before;
    const suspended_at = suspended ? change.now : null;
    await writeAccess(tx, user_id, { suspended_at }, change);
    if (suspended) await revokeAllSessions(tx, user_id, 'by_admin', change);
    await tell(tx, user_id, 'suspension', change, suspended);
    return { ...before, suspended_at };
  });
}

function changeAccess(
  db: Db,
  user_id: string,
  change: Change,
  apply: (tx: Tx, before: Access) => Promise<Access>,
): Promise<Access> {
  return transaction(db, async (tx) => {
    const admins_before = await lockAdmins(tx);
    const [before] = await tx
      .select({ roles: users.roles, suspended_at: users.suspended_at })
      .from(users)
      .where(and(eq(users.user_id, user_id), isNull(users.erased_at)))
      .for('update');
    if (before === undefined) throw fault('NOT_FOUND', 'There is no such user.');
    const after = await apply(tx, before);
    const others = admins_before.filter((admin) => admin !== user_id).length;
    const stays = after.roles.includes('admin') && after.suspended_at === null;
    const verdict = judgeAccessChange({
      by_an_admin: admins_before.includes(change.by),
      admins_after: others + (stays ? 1 : 0),
    });
    if (verdict === 'not_an_admin') throw fault('PERMISSION_DENIED', 'You are not an admin any more.');
    if (verdict === 'last_admin') {
      throw fault('LAST_ADMIN', 'This is the last admin. Make somebody else an admin first.');
    }
    return after;
  });
}

/**
 * Who are admins, held until the transaction ends. Two admins who remove each other would otherwise each see the other
 * still there; in one order for all, so that they wait for each other instead of deadlocking.
 */
export async function lockAdmins(tx: Tx): Promise<string[]> {
  const admins = await tx
    .select({ user_id: users.user_id })
    .from(users)
    .where(and(sql`'admin' = any(${users.roles})`, isNull(users.suspended_at)))
    .orderBy(asc(users.user_id))
    .for('update');
  return admins.map(({ user_id }) => user_id);
}

/** Also tells tokens from before and after apart. */
export async function writeAccess(
  tx: Tx,
  user_id: string,
  access: { roles?: Role[]; suspended_at?: Date | null },
  { now }: { now: Date },
): Promise<void> {
  await tx
    .update(users)
    .set({
      ...access,
      updated_at: now,
      // Later than the change before, also when two fall into one millisecond: tokens are told apart by it.
      access_changed_at: sql`greatest(${now.toISOString()}::timestamptz, ${users.access_changed_at} + interval '1 millisecond')`,
    })
    .where(eq(users.user_id, user_id));
}

async function tell(
  tx: Tx,
  user_id: string,
  changed: 'roles' | 'suspension',
  { by, now, traceparent }: Change,
  suspended = false,
): Promise<void> {
  const about = { aggregate_id: user_id, traceparent };
  if (suspended) {
    await addEvent(tx, { ...about, type: 'florin.identity.user.suspended.v1', data: { user_id, by } }, now);
    return;
  }
  const data = { user_id, changed: [changed], by };
  const resources = [profileUri(user_id), permissionsUri(user_id)];
  await addEvent(tx, { ...about, type: 'florin.identity.user.updated.v1', data, resources }, now);
}
