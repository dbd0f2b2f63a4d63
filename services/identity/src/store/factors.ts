import { addEvent, type Db, type FieldCipher, type Queryable, type Tx } from '@florin/postgres';
import { and, count, eq, isNotNull, isNull } from 'drizzle-orm';
import {
  acceptedStep,
  type CodeKind,
  hashRecoveryCode,
  newRecoveryCodes,
  readCode,
} from '../factors/codes.js';
import { securityUri } from '../resources/uris.js';
import { passkeys, recovery_codes, totp_factors } from './schema-accounts.js';

/** How somebody may prove who they are after the password. */
export type Factor = CodeKind | 'passkey';

/** None for who has a password alone. Recovery codes are no factor by themselves: they stand in for one. */
export async function factorsOf(db: Queryable, user_id: string): Promise<Factor[]> {
  const [[totp], [passkey], [codes]] = await Promise.all([
    db
      .select({ total: count() })
      .from(totp_factors)
      .where(and(eq(totp_factors.user_id, user_id), isNotNull(totp_factors.confirmed_at))),
    db.select({ total: count() }).from(passkeys).where(eq(passkeys.user_id, user_id)),
    db.select({ total: count() }).from(recovery_codes).where(unusedOf(user_id)),
  ]);
  const own: Factor[] = [
    ...(totp?.total ? ['totp' as const] : []),
    ...(passkey?.total ? ['passkey' as const] : []),
  ];
  return own.length > 0 && codes?.total ? [...own, 'recovery_code'] : own;
}

/** Uses a code up. @returns which kind it was; undefined where it is wrong or was used before */
export async function useCode(
  tx: Tx,
  cipher: FieldCipher,
  attempt: { user_id: string; typed: string; now: Date },
): Promise<CodeKind | undefined> {
  const read = readCode(attempt.typed);
  if (read === undefined) return undefined;
  const { user_id, now } = attempt;
  const used =
    read.kind === 'totp'
      ? await useTotp(tx, cipher, user_id, read.code, now)
      : await useRecoveryCode(tx, user_id, read.code, now);
  return used ? read.kind : undefined;
}

async function useTotp(
  tx: Tx,
  cipher: FieldCipher,
  user_id: string,
  code: string,
  now: Date,
): Promise<boolean> {
  const own = eq(totp_factors.user_id, user_id);
  // Locked, or two who show the same code at once would both be the first.
  const [factor] = await tx
    .select()
    .from(totp_factors)
    .where(and(own, isNotNull(totp_factors.confirmed_at)))
    .for('update');
  if (factor === undefined) return false;
  const secret = cipher.open(totpPlace(user_id), factor.secret);
  const last_step = acceptedStep(code, { secret, last_step: factor.last_step }, now);
  if (last_step === undefined) return false;
  await tx.update(totp_factors).set({ last_step }).where(own);
  return true;
}

async function useRecoveryCode(tx: Tx, user_id: string, code: string, now: Date): Promise<boolean> {
  const used = await tx
    .update(recovery_codes)
    .set({ used_at: now })
    .where(and(unusedOf(user_id), eq(recovery_codes.code_hash, hashRecoveryCode(code))))
    .returning({ user_id: recovery_codes.user_id });
  return used.length === 1;
}

function unusedOf(user_id: string) {
  return and(eq(recovery_codes.user_id, user_id), isNull(recovery_codes.used_at));
}

/** A secret that waits for its first code; one that waited before is replaced. @returns false where one is confirmed */
export async function storeTotpSecret(
  db: Db,
  cipher: FieldCipher,
  enrolment: { user_id: string; secret: string; now: Date },
): Promise<boolean> {
  const { user_id, now } = enrolment;
  const fresh = {
    secret: cipher.seal(totpPlace(user_id), enrolment.secret),
    created_at: now,
    last_step: null,
  };
  const stored = await db
    .insert(totp_factors)
    .values({ user_id, ...fresh })
    .onConflictDoUpdate({
      target: totp_factors.user_id,
      set: fresh,
      setWhere: isNull(totp_factors.confirmed_at),
    })
    .returning({ user_id: totp_factors.user_id });
  return stored.length === 1;
}

/**
 * Confirms the waiting secret by its first code.
 *
 * @returns the new recovery codes, which nobody can read again; undefined where the code is wrong or nothing waits
 */
export async function confirmTotp(
  tx: Tx,
  cipher: FieldCipher,
  attempt: { user_id: string; typed: string; now: Date; traceparent?: string },
): Promise<string[] | undefined> {
  const { user_id, now } = attempt;
  const own = eq(totp_factors.user_id, user_id);
  const [waiting] = await tx
    .select()
    .from(totp_factors)
    .where(and(own, isNull(totp_factors.confirmed_at)))
    .for('update');
  const read = readCode(attempt.typed);
  if (waiting === undefined || read?.kind !== 'totp') return undefined;
  const secret = cipher.open(totpPlace(user_id), waiting.secret);
  const last_step = acceptedStep(read.code, { secret, last_step: null }, now);
  if (last_step === undefined) return undefined;
  await tx.update(totp_factors).set({ last_step, confirmed_at: now }).where(own);
  const codes = await replaceRecoveryCodes(tx, user_id);
  await addFactorEvent(tx, attempt);
  return codes;
}

/** @returns the codes in the clear; the ones before them are worth nothing from now on */
export async function replaceRecoveryCodes(tx: Tx, user_id: string): Promise<string[]> {
  const codes = newRecoveryCodes();
  await tx.delete(recovery_codes).where(eq(recovery_codes.user_id, user_id));
  const rows = codes.map((code) => ({ user_id, code_hash: hashRecoveryCode(code.replaceAll('-', '')) }));
  await tx.insert(recovery_codes).values(rows);
  return codes;
}

/** Removes the authenticator app; the recovery codes go with the last factor. @returns whether there was one */
export async function removeTotp(tx: Tx, user_id: string): Promise<boolean> {
  const removed = await tx
    .delete(totp_factors)
    .where(and(eq(totp_factors.user_id, user_id), isNotNull(totp_factors.confirmed_at)))
    .returning({ user_id: totp_factors.user_id });
  await dropUnneededRecoveryCodes(tx, user_id);
  return removed.length === 1;
}

export async function dropUnneededRecoveryCodes(tx: Tx, user_id: string): Promise<void> {
  if ((await factorsOf(tx, user_id)).length > 0) return;
  await tx.delete(recovery_codes).where(eq(recovery_codes.user_id, user_id));
}

export function addFactorEvent(
  tx: Tx,
  { user_id, now, traceparent }: { user_id: string; now: Date; traceparent?: string },
): Promise<string> {
  const type = 'florin.identity.mfa.enabled.v1' as const;
  const resources = [securityUri(user_id)];
  return addEvent(tx, { type, aggregate_id: user_id, data: { user_id }, resources, traceparent }, now);
}

function totpPlace(user_id: string) {
  return { table: 'totp_factors', column: 'secret', row: user_id };
}
