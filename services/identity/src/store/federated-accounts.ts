import { addEvent, type Db, type Queryable, type Tx, transaction } from '@florin/postgres';
import { and, asc, eq } from 'drizzle-orm';
import { applyMappedRoles, type MappedRoles } from '../domain/arrival.js';
import { permissionsUri, profileUri } from '../resources/uris.js';
import { lockAdmins, writeAccess } from './access.js';
import { users } from './schema.js';
import { federated_accounts } from './schema-federation.js';

/** Somebody as another identity provider knows them. */
export interface FederatedName {
  /** As in the table's `provider`. */
  provider: string;
  subject: string;
}

/** By who they are elsewhere, since that is how they say who they are. */
export async function findFederatedUser(db: Queryable, { provider, subject }: FederatedName) {
  const [user] = await db
    .select({ user_id: users.user_id, suspended_at: users.suspended_at })
    .from(federated_accounts)
    .innerJoin(users, eq(users.user_id, federated_accounts.user_id))
    .where(and(eq(federated_accounts.provider, provider), eq(federated_accounts.subject, subject)));
  return user;
}

/** @returns false where that person of that provider belongs to an account already */
export async function linkFederatedUser(
  db: Queryable,
  user_id: string,
  { provider, subject }: FederatedName,
  now: Date,
): Promise<boolean> {
  const linked = await db
    .insert(federated_accounts)
    .values({ provider, subject, user_id, linked_at: now })
    .onConflictDoNothing()
    .returning({ user_id: federated_accounts.user_id });
  return linked.length === 1;
}

export function listFederatedNames(
  db: Queryable,
  user_id: string,
): Promise<(FederatedName & { linked_at: Date })[]> {
  return db
    .select({
      provider: federated_accounts.provider,
      subject: federated_accounts.subject,
      linked_at: federated_accounts.linked_at,
    })
    .from(federated_accounts)
    .where(eq(federated_accounts.user_id, user_id))
    .orderBy(asc(federated_accounts.linked_at));
}

/**
 * - `only_way_in`: without a password and with no other link the person could never sign in again.
 */
export type Unlinking = 'unlinked' | 'not_linked' | 'only_way_in';

export function unlinkFederatedUser(
  db: Db,
  user_id: string,
  { provider, subject }: FederatedName,
): Promise<Unlinking> {
  return transaction(db, async (tx) => {
    // Held, so that of two links that go at once the second is seen to be the last.
    const [user] = await tx
      .select({ password_hash: users.password_hash })
      .from(users)
      .where(eq(users.user_id, user_id))
      .for('update');
    const linked = await listFederatedNames(tx, user_id);
    if (!linked.some((each) => each.provider === provider && each.subject === subject)) return 'not_linked';
    if (linked.length === 1 && (user?.password_hash ?? null) === null) return 'only_way_in';
    await tx
      .delete(federated_accounts)
      .where(
        and(
          eq(federated_accounts.user_id, user_id),
          eq(federated_accounts.provider, provider),
          eq(federated_accounts.subject, subject),
        ),
      );
    return 'unlinked';
  });
}

/** Gives and takes the roles that the provider decides about. The last admin stays one, whatever the provider says. */
export async function applyProviderRoles(
  tx: Tx,
  user_id: string,
  mapped: MappedRoles,
  { now, traceparent }: { now: Date; traceparent: string },
): Promise<void> {
  if (mapped.managed.length === 0) return;
  const admins = mapped.managed.includes('admin') ? await lockAdmins(tx) : [];
  const [user] = await tx
    .select({ roles: users.roles })
    .from(users)
    .where(eq(users.user_id, user_id))
    .for('update');
  if (user === undefined) return;
  const next = applyMappedRoles(user.roles, mapped);
  const losesAdmin = user.roles.includes('admin') && !next.includes('admin');
  if (losesAdmin && admins.every((admin) => admin === user_id)) next.push('admin');
  if (next.length === user.roles.length && next.every((role) => user.roles.includes(role))) return;
  await writeAccess(tx, user_id, { roles: next }, { now });
  const type = 'florin.identity.user.updated.v1';
  const data = { user_id, changed: ['roles' as const] };
  const resources = [profileUri(user_id), permissionsUri(user_id)];
  await addEvent(tx, { type, aggregate_id: user_id, data, resources, traceparent }, now);
}
