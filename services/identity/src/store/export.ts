import type { Db } from '@florin/postgres';
import { and, asc, eq, isNull } from 'drizzle-orm';
import type { ApprovalSummaries } from '../approvals/summary.js';
import type { PersonalData } from './personal-data.js';
import { sessions, users } from './schema.js';
import { browser_sessions, passkeys, recovery_codes, totp_factors } from './schema-accounts.js';
import { agents, api_keys, approvals, limit_reservations } from './schema-agents.js';
import { federated_accounts } from './schema-federation.js';

// Each column stands here by name: a new one that holds a secret does not slip into what people carry away.

/** Of each kind. What is older than so many has expired long ago. */
const MAX_ROWS = 5_000;

export interface ExportStore {
  db: Db;
  personalData: PersonalData;
  summaries: ApprovalSummaries;
}

/** All that identity has of a person, part by part. */
export async function* exportPerson(store: ExportStore, user_id: string) {
  const { db } = store;
  yield { name: 'profile', data: await profileOf(store, user_id) };
  yield { name: 'sessions', data: await sessionsOf(db, user_id) };
  yield { name: 'browser_sessions', data: await browserSessionsOf(db, user_id) };
  yield { name: 'second_factors', data: await factorsOf(db, user_id) };
  yield { name: 'federated_accounts', data: await federatedOf(db, user_id) };
  yield { name: 'agents', data: await agentsOf(db, user_id) };
  yield { name: 'api_keys', data: await keysOf(db, user_id) };
  yield { name: 'approvals', data: await approvalsOf(store, user_id) };
  yield { name: 'limit_reservations', data: await reservationsOf(db, user_id) };
}

async function profileOf({ db, personalData }: ExportStore, user_id: string) {
  const { email, full_name, phone, address } = users;
  const { email_verified_at, locale, time_zone, roles, created_at, updated_at } = users;
  const plain = { email_verified_at, locale, time_zone, roles, created_at, updated_at };
  const [found] = await db
    .select({ plain, sealed: { email, full_name, phone, address } })
    .from(users)
    .where(and(eq(users.user_id, user_id), isNull(users.erased_at)));
  if (found === undefined) return null;
  const cipher = await personalData.of(db, user_id);
  const open = (column: 'phone' | 'address') => {
    const sealed = found.sealed[column];
    return sealed === null ? null : cipher.open(column, sealed);
  };
  return {
    user_id,
    email: cipher.open('email', found.sealed.email),
    full_name: cipher.open('full_name', found.sealed.full_name),
    phone: open('phone'),
    address: open('address'),
    ...found.plain,
  };
}

function sessionsOf(db: Db, user_id: string) {
  const { session_id, client_id, authentication_methods } = sessions;
  const { created_at, last_used_at, expires_at, revoked_at } = sessions;
  return db
    .select({
      session_id,
      client_id,
      authentication_methods,
      created_at,
      last_used_at,
      expires_at,
      revoked_at,
    })
    .from(sessions)
    .where(eq(sessions.user_id, user_id))
    .orderBy(asc(created_at))
    .limit(MAX_ROWS);
}

function browserSessionsOf(db: Db, user_id: string) {
  const { authentication_methods, authenticated_at, last_used_at, expires_at, revoked_at } = browser_sessions;
  return db
    .select({ authentication_methods, authenticated_at, last_used_at, expires_at, revoked_at })
    .from(browser_sessions)
    .where(eq(browser_sessions.user_id, user_id))
    .orderBy(asc(authenticated_at))
    .limit(MAX_ROWS);
}

async function factorsOf(db: Db, user_id: string) {
  const { name, transports, created_at, last_used_at } = passkeys;
  return {
    authenticator_app: await db
      .select({ created_at: totp_factors.created_at, confirmed_at: totp_factors.confirmed_at })
      .from(totp_factors)
      .where(eq(totp_factors.user_id, user_id)),
    passkeys: await db
      .select({ name, transports, created_at, last_used_at })
      .from(passkeys)
      .where(eq(passkeys.user_id, user_id))
      .limit(MAX_ROWS),
    recovery_codes_used: await db
      .select({ used_at: recovery_codes.used_at })
      .from(recovery_codes)
      .where(eq(recovery_codes.user_id, user_id))
      .limit(MAX_ROWS),
  };
}

function federatedOf(db: Db, user_id: string) {
  const { provider, subject, linked_at } = federated_accounts;
  return db
    .select({ provider, subject, linked_at })
    .from(federated_accounts)
    .where(eq(federated_accounts.user_id, user_id))
    .limit(MAX_ROWS);
}

async function agentsOf(db: Db, user_id: string) {
  const { agent_id, client_id, name, created_at, last_used_at, limits_set_at, allowed_tools } = agents;
  const { currency, per_transaction_minor, per_day_minor } = agents;
  const limits = { currency, per_transaction_minor, per_day_minor, allowed_tools, limits_set_at };
  const rows = await db
    .select({ agent_id, client_id, name, created_at, last_used_at, ...limits })
    .from(agents)
    .where(eq(agents.user_id, user_id))
    .orderBy(asc(created_at))
    .limit(MAX_ROWS);
  return rows.map((row) => ({
    ...row,
    per_transaction_minor: row.per_transaction_minor?.toString() ?? null,
    per_day_minor: row.per_day_minor?.toString() ?? null,
  }));
}

function keysOf(db: Db, user_id: string) {
  const { key_id, agent_id, name, permissions, allowed_ips, requests_per_minute } = api_keys;
  const { created_at, changed_at, expires_at, revoked_at, last_used_at } = api_keys;
  const times = { created_at, changed_at, expires_at, revoked_at, last_used_at };
  return db
    .select({ key_id, agent_id, name, permissions, allowed_ips, requests_per_minute, ...times })
    .from(api_keys)
    .where(eq(api_keys.user_id, user_id))
    .orderBy(asc(created_at))
    .limit(MAX_ROWS);
}

async function approvalsOf({ db, summaries }: ExportStore, user_id: string) {
  const { approval_id, client_id, operation, summary, created_at, decided_at, decision, consumed_at } =
    approvals;
  const rows = await db
    .select({ approval_id, client_id, operation, summary, created_at, decided_at, decision, consumed_at })
    .from(approvals)
    .where(eq(approvals.user_id, user_id))
    .orderBy(asc(created_at))
    .limit(MAX_ROWS);
  return rows.map((row) => ({ ...row, summary: summaries.open(row.approval_id, row.summary) }));
}

async function reservationsOf(db: Db, user_id: string) {
  const { operation_id, agent_id, amount_minor, currency, day, state, created_at } = limit_reservations;
  const rows = await db
    .select({ operation_id, agent_id, amount_minor, currency, day, state, created_at })
    .from(limit_reservations)
    .where(eq(limit_reservations.user_id, user_id))
    .orderBy(asc(created_at))
    .limit(MAX_ROWS);
  return rows.map((row) => ({ ...row, amount_minor: String(row.amount_minor) }));
}
