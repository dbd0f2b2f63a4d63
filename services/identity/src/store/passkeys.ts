import type { Db, Queryable, Tx } from '@florin/postgres';
import type { WebAuthnCredential } from '@simplewebauthn/server';
import { and, count, eq, isNull, lt, or } from 'drizzle-orm';
import { addFactorEvent, dropUnneededRecoveryCodes, replaceRecoveryCodes } from './factors.js';
import { passkeys, recovery_codes } from './schema-accounts.js';

const MAX_PASSKEYS = 20;

export function listPasskeys(db: Queryable, user_id: string) {
  return db
    .select({
      credential_id: passkeys.credential_id,
      transports: passkeys.transports,
      name: passkeys.name,
      created_at: passkeys.created_at,
      last_used_at: passkeys.last_used_at,
    })
    .from(passkeys)
    .where(eq(passkeys.user_id, user_id))
    .orderBy(passkeys.created_at);
}

/** By the credential, which says who its owner is. */
export async function findPasskey(db: Db, credential_id: string) {
  const [found] = await db.select().from(passkeys).where(eq(passkeys.credential_id, credential_id));
  if (found === undefined) return undefined;
  const credential: WebAuthnCredential = {
    id: found.credential_id,
    publicKey: new Uint8Array(Buffer.from(found.public_key, 'base64url')),
    counter: found.counter,
  };
  return { user_id: found.user_id, credential };
}

/**
 * WebAuthn level 3, section 6.1.1: a counter that does not grow "is a signal, but not proof, that the authenticator may be
 * cloned". Those that count at all must have counted on.
 */
export async function usePasskey(
  tx: Tx,
  user_id: string,
  credential_id: string,
  { counter, now }: { counter: number; now: Date },
): Promise<boolean> {
  const used = await tx
    .update(passkeys)
    .set({ counter, last_used_at: now })
    .where(
      and(
        eq(passkeys.user_id, user_id),
        eq(passkeys.credential_id, credential_id),
        or(lt(passkeys.counter, counter), and(eq(passkeys.counter, 0), eq(passkeys.counter, counter))),
      ),
    )
    .returning({ credential_id: passkeys.credential_id });
  return used.length === 1;
}

/** @returns the recovery codes where these are the person's first; undefined where the credential is known or there are too many */
export async function addPasskey(
  tx: Tx,
  added: { user_id: string; credential: WebAuthnCredential; name: string; now: Date },
): Promise<{ recovery_codes?: string[] } | undefined> {
  const { user_id, credential, name, now } = added;
  const [own] = await tx.select({ total: count() }).from(passkeys).where(eq(passkeys.user_id, user_id));
  if ((own?.total ?? 0) >= MAX_PASSKEYS) return undefined;
  const inserted = await tx
    .insert(passkeys)
    .values({
      credential_id: credential.id,
      user_id,
      public_key: Buffer.from(credential.publicKey).toString('base64url'),
      counter: credential.counter,
      transports: credential.transports ?? [],
      name,
      created_at: now,
    })
    .onConflictDoNothing()
    .returning({ user_id: passkeys.user_id });
  if (inserted.length === 0) return undefined;
  await addFactorEvent(tx, { user_id, now });
  const [codes] = await tx
    .select({ total: count() })
    .from(recovery_codes)
    .where(and(eq(recovery_codes.user_id, user_id), isNull(recovery_codes.used_at)));
  return codes?.total ? {} : { recovery_codes: await replaceRecoveryCodes(tx, user_id) };
}

/** @returns false where the person has no such passkey */
export async function removePasskey(tx: Tx, user_id: string, credential_id: string): Promise<boolean> {
  const removed = await tx
    .delete(passkeys)
    .where(and(eq(passkeys.user_id, user_id), eq(passkeys.credential_id, credential_id)))
    .returning({ user_id: passkeys.user_id });
  await dropUnneededRecoveryCodes(tx, user_id);
  return removed.length === 1;
}
