import { addEvent, type Db, type Queryable, type Tx, transaction } from '@florin/postgres';
import { and, asc, eq, gt, inArray, isNull, or, sql } from 'drizzle-orm';
import { securityUri } from '../resources/uris.js';
import { agentGrant } from './agents.js';
import { users } from './schema.js';
import { agents, api_keys } from './schema-agents.js';

interface When {
  now: Date;
  traceparent?: string;
}

export type ApiKeyRow = typeof api_keys.$inferSelect;
export type NewApiKeyRow = typeof api_keys.$inferInsert;

/** Beyond this nobody knows any more what each is for. */
export const MAX_KEYS = 50;

/** @returns false, with nothing written, when the person has as many keys as anybody may have */
export function insertApiKey(db: Db, key: NewApiKeyRow): Promise<boolean> {
  return transaction(db, async (tx) => {
    // The owner's row is locked, or two calls at once would each see room for one more.
    await tx
      .select({ user_id: users.user_id })
      .from(users)
      .where(eq(users.user_id, key.user_id))
      .for('update');
    const held = await tx
      .select({ key_id: api_keys.key_id })
      .from(api_keys)
      .where(and(eq(api_keys.user_id, key.user_id), isNull(api_keys.revoked_at)))
      .limit(MAX_KEYS);
    if (held.length >= MAX_KEYS) return false;
    await tx.insert(api_keys).values(key);
    return true;
  });
}

/** The person's keys that are not revoked, in the order in which they were made. */
export function listApiKeys(
  db: Queryable,
  user_id: string,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<ApiKeyRow[]> {
  return db
    .select()
    .from(api_keys)
    .where(
      and(
        eq(api_keys.user_id, user_id),
        isNull(api_keys.revoked_at),
        after === undefined ? undefined : gt(api_keys.key_id, after),
      ),
    )
    .orderBy(asc(api_keys.key_id))
    .limit(limit);
}

/** One that is not revoked. */
export async function findApiKey(
  db: Queryable,
  user_id: string,
  key_id: string,
): Promise<ApiKeyRow | undefined> {
  const [key] = await db
    .select()
    .from(api_keys)
    .where(and(eq(api_keys.user_id, user_id), eq(api_keys.key_id, key_id), isNull(api_keys.revoked_at)));
  return key;
}

/** Later than the change before, also when two fall into one millisecond: tokens are told apart by it. */
const changedAt = (now: Date) =>
  sql`greatest(${now.toISOString()}::timestamptz, ${api_keys.changed_at} + interval '1 millisecond')`;

async function changeKey(
  db: Queryable,
  user_id: string,
  key_id: string,
  change: Partial<Pick<ApiKeyRow, 'secret_hash' | 'revoked_at' | 'permissions'>> & {
    previous_secret_hash?: ApiKeyRow['previous_secret_hash'] | typeof api_keys.secret_hash;
    previous_expires_at?: Date | null;
  },
  { seen_at, now }: { seen_at?: Date; now: Date },
): Promise<boolean> {
  const { previous_secret_hash, ...rest } = change;
  const changed = await db
    .update(api_keys)
    .set({
      ...rest,
      ...(previous_secret_hash !== undefined && { previous_secret_hash: sql`${previous_secret_hash}` }),
      changed_at: changedAt(now),
    })
    .where(
      and(
        eq(api_keys.user_id, user_id),
        eq(api_keys.key_id, key_id),
        isNull(api_keys.revoked_at),
        // What was decided about an older state must not be done to this one.
        seen_at === undefined ? undefined : eq(api_keys.changed_at, seen_at),
      ),
    )
    .returning({ key_id: api_keys.key_id });
  return changed.length === 1;
}

/** @returns false where the key is not what was seen any more */
export function rotateApiKey(
  db: Db,
  { user_id, key_id, changed_at: seen_at }: ApiKeyRow,
  { secret_hash, previous_expires_at, now }: { secret_hash: string; previous_expires_at: Date; now: Date },
): Promise<boolean> {
  const change = { secret_hash, previous_secret_hash: api_keys.secret_hash, previous_expires_at };
  return changeKey(db, user_id, key_id, change, { seen_at, now });
}

/** @returns false where the person has no such key any more */
export function revokeApiKey(db: Db, user_id: string, key_id: string, when: When): Promise<boolean> {
  return transaction(db, async (tx) => {
    if (!(await changeKey(tx, user_id, key_id, { revoked_at: when.now }, when))) return false;
    await tell(tx, 'florin.identity.api_key.revoked.v1', user_id, key_id, when);
    return true;
  });
}

/** Revokes every key that an agent has made. */
export async function revokeKeysOfAgent(
  tx: Tx,
  user_id: string,
  agent_id: string,
  when: When,
): Promise<void> {
  const keys = await tx
    .select({ key_id: api_keys.key_id })
    .from(api_keys)
    .where(and(eq(api_keys.user_id, user_id), eq(api_keys.agent_id, agent_id), isNull(api_keys.revoked_at)));
  for (const { key_id } of keys) {
    if (!(await changeKey(tx, user_id, key_id, { revoked_at: when.now }, when))) continue;
    await tell(tx, 'florin.identity.api_key.revoked.v1', user_id, key_id, when);
  }
}

/** @returns false where the key is not what was seen any more */
export function setApiKeyPermissions(
  db: Db,
  { user_id, key_id, changed_at: seen_at }: ApiKeyRow,
  { permissions, ...when }: When & { permissions: string[] },
): Promise<boolean> {
  return transaction(db, async (tx) => {
    const { now } = when;
    if (!(await changeKey(tx, user_id, key_id, { permissions }, { seen_at, now }))) return false;
    await tell(tx, 'florin.identity.api_key.permissions_changed.v1', user_id, key_id, when);
    return true;
  });
}

async function tell(
  tx: Tx,
  type: 'florin.identity.api_key.revoked.v1' | 'florin.identity.api_key.permissions_changed.v1',
  user_id: string,
  key_id: string,
  { now, traceparent }: When,
): Promise<void> {
  const resources = [securityUri(user_id)];
  await addEvent(tx, { type, aggregate_id: key_id, data: { user_id, key_id }, resources, traceparent }, now);
}

/** The one query of the exchange of a key. By its public id: whoever has the secret is its owner. */
export function prepareFindShownKey(db: Db) {
  const query = db
    .select({
      key: api_keys,
      roles: users.roles,
      suspended_at: users.suspended_at,
      access_changed_at: users.access_changed_at,
      client_id: agents.client_id,
      agent: agentGrant,
    })
    .from(api_keys)
    .innerJoin(users, eq(users.user_id, api_keys.user_id))
    .leftJoin(agents, eq(agents.agent_id, api_keys.agent_id))
    .where(eq(api_keys.public_id, sql.placeholder('public_id')))
    .prepare('find_shown_key');
  return async (public_id: string) => {
    const [found] = await query.execute({ public_id });
    return found;
  };
}

export type FindShownKey = ReturnType<typeof prepareFindShownKey>;

/** Never back: replicas write in no order. */
export async function noteKeysUsed(db: Queryable, key_ids: string[], used_at: Date): Promise<void> {
  await db
    .update(api_keys)
    .set({ last_used_at: used_at })
    .where(
      and(
        inArray(api_keys.key_id, key_ids),
        or(
          isNull(api_keys.last_used_at),
          sql`${api_keys.last_used_at} < ${used_at.toISOString()}::timestamptz`,
        ),
      ),
    );
}
