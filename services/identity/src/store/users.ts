import { addEvent, type Db, type Queryable, type Tx, transaction } from '@florin/postgres';
import { and, eq, inArray, isNotNull, isNull, ne, type SQL } from 'drizzle-orm';
import type { Role } from '../domain/roles.js';
import { profileUri, securityUri } from '../resources/uris.js';
import type { PersonalData } from './personal-data.js';
import { users } from './schema.js';

export interface UserStore {
  db: Db;
  personalData: PersonalData;
}

interface NewUser {
  user_id: string;
  email: string;
  full_name: string;
  /** Null for who only ever signs in elsewhere. */
  password_hash: string | null;
  /** Where it is known already that the address is theirs. */
  email_verified_at?: Date;
  roles: Role[];
}

interface Occasion {
  now: Date;
  traceparent?: string;
}

/** @returns false, with nothing written, when the e-mail address is taken */
export function insertUser(
  { db, personalData }: UserStore,
  user: NewUser,
  occasion: Occasion,
): Promise<boolean> {
  return transaction(db, (tx) => insertUserWithin(tx, personalData, user, occasion));
}

/** The same, as a part of what else must happen or not happen with it. */
export async function insertUserWithin(
  tx: Tx,
  personalData: PersonalData,
  { email, full_name, ...user }: NewUser,
  { now, traceparent }: Occasion,
): Promise<boolean> {
  // A row from before a key rotation is under an older key, where the unique index does not see it.
  const taken = await tx.select({ user_id: users.user_id }).from(users).where(hasEmail(personalData, email));
  if (taken.length > 0) return false;
  const { user_id } = user;
  const cipher = await personalData.of(tx, user_id);
  const row = {
    ...user,
    email_index: personalData.emailIndex(email),
    email: cipher.seal('email', email),
    full_name: cipher.seal('full_name', full_name),
    created_at: now,
    updated_at: now,
  };
  const inserted = await tx
    .insert(users)
    .values(row)
    .onConflictDoNothing({ target: users.email_index })
    .returning({ user_id: users.user_id });
  if (inserted.length === 0) return false;
  await addEvent(
    tx,
    { type: 'florin.identity.user.registered.v1', aggregate_id: user_id, data: { user_id }, traceparent },
    now,
  );
  return true;
}

const forSignIn = {
  user_id: users.user_id,
  password_hash: users.password_hash,
  roles: users.roles,
  suspended_at: users.suspended_at,
};

/** What signing in needs to know. By e-mail, since nobody is anybody's owner yet. */
export async function findByEmail({ db, personalData }: UserStore, email: string) {
  const [user] = await db.select(forSignIn).from(users).where(hasEmail(personalData, email));
  return user;
}

export async function findForSignIn(db: Queryable, user_id: string) {
  const [user] = await db.select(forSignIn).from(users).where(eq(users.user_id, user_id));
  return user;
}

/** Whom somebody else may mean by an address: who has proved that it is theirs, and may sign in. */
export async function findReachable(
  { db, personalData }: UserStore,
  email: string,
): Promise<{ user_id: string } | undefined> {
  const [user] = await db
    .select({ user_id: users.user_id })
    .from(users)
    .where(
      and(
        hasEmail(personalData, email),
        isNotNull(users.email_verified_at),
        isNull(users.suspended_at),
        isNull(users.erased_at),
      ),
    );
  return user;
}

function hasEmail(personalData: PersonalData, email: string) {
  return inArray(users.email_index, personalData.emailCandidates(email));
}

interface ContactStore {
  db: Queryable;
  personalData: PersonalData;
}

/** Whom to write to. */
export function findContact(store: ContactStore, user_id: string) {
  return findContactWhere(store, eq(users.user_id, user_id));
}

export function findContactByEmail(store: ContactStore, email: string) {
  return findContactWhere(store, hasEmail(store.personalData, email));
}

async function findContactWhere({ db, personalData }: ContactStore, which: SQL) {
  const [user] = await db
    .select({
      user_id: users.user_id,
      email: users.email,
      full_name: users.full_name,
      password_hash: users.password_hash,
      email_verified_at: users.email_verified_at,
    })
    .from(users)
    .where(and(which, isNull(users.erased_at)));
  if (user === undefined) return undefined;
  const { user_id, password_hash, email_verified_at } = user;
  const cipher = await personalData.of(db, user_id);
  return {
    user_id,
    email: cipher.open('email', user.email),
    full_name: cipher.open('full_name', user.full_name),
    has_password: password_hash !== null,
    email_verified_at,
  };
}

export async function findProfile({ db, personalData }: UserStore, user_id: string) {
  const [user] = await db
    .select({
      email: users.email,
      full_name: users.full_name,
      phone: users.phone,
      address: users.address,
      locale: users.locale,
      time_zone: users.time_zone,
      roles: users.roles,
      updated_at: users.updated_at,
    })
    .from(users)
    .where(and(eq(users.user_id, user_id), isNull(users.erased_at)));
  if (user === undefined) return undefined;
  const cipher = await personalData.of(db, user_id);
  return {
    user_id,
    email: cipher.open('email', user.email),
    full_name: cipher.open('full_name', user.full_name),
    ...(user.phone !== null && { phone: cipher.open('phone', user.phone) }),
    ...(user.address !== null && { address: cipher.open('address', user.address) }),
    ...(user.locale !== null && { locale: user.locale }),
    ...(user.time_zone !== null && { time_zone: user.time_zone }),
    roles: user.roles,
    updated_at: user.updated_at,
  };
}

export async function findRoles(db: Queryable, user_id: string) {
  const [user] = await db
    .select({ roles: users.roles, updated_at: users.updated_at })
    .from(users)
    .where(eq(users.user_id, user_id));
  return user;
}

export async function isActiveUser(db: Queryable, user_id: string): Promise<boolean> {
  const found = await db
    .select({ user_id: users.user_id })
    .from(users)
    .where(and(eq(users.user_id, user_id), isNull(users.suspended_at)));
  return found.length === 1;
}

/** Only where the hash is still the one that was verified: a password changed meanwhile must not come back. */
export async function replacePasswordHash(
  db: Queryable,
  user_id: string,
  { from, to }: { from: string; to: string },
): Promise<void> {
  await db
    .update(users)
    .set({ password_hash: to })
    .where(and(eq(users.user_id, user_id), eq(users.password_hash, from)));
}

export async function setPasswordHash(
  tx: Tx,
  user_id: string,
  password_hash: string,
  { now, traceparent }: Occasion,
): Promise<void> {
  await tx.update(users).set({ password_hash, updated_at: now }).where(eq(users.user_id, user_id));
  const data = { user_id, changed: ['password' as const] };
  const type = 'florin.identity.user.updated.v1' as const;
  const resources = [securityUri(user_id)];
  await addEvent(tx, { type, aggregate_id: user_id, data, resources, traceparent }, now);
}

export async function markEmailVerified(tx: Tx, user_id: string, now: Date): Promise<void> {
  await tx
    .update(users)
    .set({ email_verified_at: now })
    .where(and(eq(users.user_id, user_id), isNull(users.email_verified_at)));
}

/** What a person may change of their own profile; what is left out stays. */
export interface ProfileChange {
  full_name?: string;
  email?: string;
  phone?: string;
  address?: string;
  locale?: string;
  time_zone?: string;
}

const sealedFields = ['full_name', 'email', 'phone', 'address'] as const;

/** @returns false, with nothing written, when the new e-mail address is somebody else's */
export async function updateProfile(
  tx: Tx,
  personalData: PersonalData,
  user_id: string,
  change: ProfileChange,
  { now, traceparent }: Occasion,
): Promise<boolean> {
  const changed = (Object.keys(change) as (keyof ProfileChange)[]).sort();
  if (changed.length === 0) return true;
  const { email } = change;
  if (email !== undefined) {
    const taken = await tx
      .select({ user_id: users.user_id })
      .from(users)
      .where(and(hasEmail(personalData, email), ne(users.user_id, user_id)));
    if (taken.length > 0) return false;
  }
  const cipher = await personalData.of(tx, user_id);
  const sealed = sealedFields.flatMap((field) => {
    const text = change[field];
    return text === undefined ? [] : [[field, cipher.seal(field, text)] as const];
  });
  await tx
    .update(users)
    .set({
      ...change,
      ...Object.fromEntries(sealed),
      ...(email !== undefined && { email_index: personalData.emailIndex(email), email_verified_at: null }),
      updated_at: now,
    })
    .where(eq(users.user_id, user_id));
  const data = { user_id, changed };
  const type = 'florin.identity.user.updated.v1' as const;
  const resources = [profileUri(user_id)];
  await addEvent(tx, { type, aggregate_id: user_id, data, resources, traceparent }, now);
  return true;
}
