import { fault } from '@florin/faults';
import { addEvent, type Db, type Tx, transaction } from '@florin/postgres';
import { eq, inArray, sql } from 'drizzle-orm';
import { lockAdmins } from './access.js';
import { destroyPersonKey } from './person-keys.js';
import { sessions, users } from './schema.js';
import {
  browser_sessions,
  mail_tokens,
  mails,
  passkeys,
  recovery_codes,
  totp_factors,
} from './schema-accounts.js';
import { agents, api_keys, approvals, limit_reservations } from './schema-agents.js';
import { federated_accounts } from './schema-federation.js';
import { oauth_records } from './schema-oauth.js';
import { data_exports } from './schema-people.js';

/** Everything that is somebody's own and not the person's row: it goes, row by row. What refers to others comes first. */
const ownTables = [
  limit_reservations,
  api_keys,
  agents,
  approvals,
  browser_sessions,
  sessions,
  mail_tokens,
  mails,
  totp_factors,
  recovery_codes,
  passkeys,
  federated_accounts,
  data_exports,
] as const;

/**
 * Erases a person: destroys their key, and with it what copies of their row hold; deletes what they sign in with and what
 * acts for them; leaves the id. Their address can be registered again. The event has every other service do its part.
 *
 * @returns false where they were erased before
 * @throws Fault FAILED_PRECONDITION for the last admin
 */
export function eraseUser(
  db: Db,
  user_id: string,
  { now, traceparent }: { now: Date; traceparent?: string },
): Promise<boolean> {
  return transaction(db, async (tx) => {
    const admins = await lockAdmins(tx);
    const [user] = await tx
      .select({ roles: users.roles, erased_at: users.erased_at })
      .from(users)
      .where(eq(users.user_id, user_id))
      .for('update');
    if (user === undefined || user.erased_at !== null) return false;
    if (user.roles.includes('admin') && admins.every((admin) => admin === user_id)) {
      throw fault('FAILED_PRECONDITION', 'You are the last admin. Make somebody else one before you go.');
    }
    await destroyPersonKey(tx, user_id);
    await deleteOwn(tx, user_id);
    await tx.update(users).set(nothingOf(user_id, now)).where(eq(users.user_id, user_id));
    await addEvent(
      tx,
      { type: 'florin.identity.user.erased.v1', aggregate_id: user_id, data: { user_id }, traceparent },
      now,
    );
    return true;
  });
}

async function deleteOwn(tx: Tx, user_id: string): Promise<void> {
  const own = await tx
    .select({ session_id: sessions.session_id })
    .from(sessions)
    .where(eq(sessions.user_id, user_id));
  // A grant has the id of its session.
  const grants = own.map(({ session_id }) => session_id);
  if (grants.length > 0) await tx.delete(oauth_records).where(inArray(oauth_records.grant_id, grants));
  for (const table of ownTables) await tx.delete(table).where(eq(table.user_id, user_id));
}

/** What the row holds afterwards. Suspended, so that whatever asks whether somebody may still act is answered no. */
function nothingOf(user_id: string, now: Date) {
  return {
    email_index: `erased.${user_id}`,
    email: '',
    full_name: '',
    email_verified_at: null,
    password_hash: null,
    phone: null,
    address: null,
    locale: null,
    time_zone: null,
    roles: sql`'{}'`,
    updated_at: now,
    suspended_at: now,
    access_changed_at: now,
    erased_at: now,
  };
}
