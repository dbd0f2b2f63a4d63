import { createHash, randomBytes } from 'node:crypto';
import type { Queryable, Tx } from '@florin/postgres';
import { and, count, eq, gt, isNull, lt } from 'drizzle-orm';
import { users } from './schema.js';
import { mail_tokens } from './schema-accounts.js';

export type MailTokenPurpose = 'verify_email' | 'reset_password';

const HOUR_MS = 3_600_000;
/** So many mails in an hour: a stranger who knows an address must not fill its mailbox. */
const MAX_IN_AN_HOUR = 5;

/**
 * A token for a link, which only the mail holds: the table has its hash.
 *
 * @returns undefined where the person was sent as many as they get in an hour
 */
export async function newMailToken(
  tx: Tx,
  token: { user_id: string; purpose: MailTokenPurpose; email_index: string; lifetime_ms: number },
  now: Date,
): Promise<string | undefined> {
  const { lifetime_ms, ...row } = token;
  // Locked, or many at once would each be among the first.
  await tx
    .select({ user_id: users.user_id })
    .from(users)
    .where(eq(users.user_id, token.user_id))
    .for('update');
  const [recent] = await tx
    .select({ total: count() })
    .from(mail_tokens)
    .where(
      and(
        eq(mail_tokens.user_id, token.user_id),
        gt(mail_tokens.created_at, new Date(now.getTime() - HOUR_MS)),
      ),
    );
  if ((recent?.total ?? 0) >= MAX_IN_AN_HOUR) return undefined;
  const text = randomBytes(32).toString('base64url');
  await tx.insert(mail_tokens).values({
    ...row,
    token_hash: hashOf(text),
    created_at: now,
    expires_at: new Date(now.getTime() + lifetime_ms),
  });
  return text;
}

/** Whose token it is, if it can still be used: it proves the address that it was sent to, and none that came later. */
export async function findMailToken(
  db: Queryable,
  purpose: MailTokenPurpose,
  text: string,
  now: Date,
): Promise<string | undefined> {
  const [found] = await db
    .select({ user_id: mail_tokens.user_id })
    .from(mail_tokens)
    .innerJoin(
      users,
      and(eq(users.user_id, mail_tokens.user_id), eq(users.email_index, mail_tokens.email_index)),
    )
    .where(usable(purpose, text, now));
  return found?.user_id;
}

/** Uses it up. @returns false where it was used meanwhile */
export async function spendMailToken(
  tx: Tx,
  purpose: MailTokenPurpose,
  text: string,
  now: Date,
): Promise<boolean> {
  const spent = await tx
    .update(mail_tokens)
    .set({ used_at: now })
    .where(usable(purpose, text, now))
    .returning({ user_id: mail_tokens.user_id });
  return spent.length === 1;
}

/** The others of the kind: after one link has done its work, those in older mails must not do it again. */
export async function endMailTokens(
  tx: Tx,
  user_id: string,
  purpose: MailTokenPurpose,
  now: Date,
): Promise<void> {
  await tx
    .update(mail_tokens)
    .set({ used_at: now })
    .where(
      and(eq(mail_tokens.user_id, user_id), eq(mail_tokens.purpose, purpose), isNull(mail_tokens.used_at)),
    );
}

export async function pruneMailTokens(db: Queryable, before: Date): Promise<void> {
  await db.delete(mail_tokens).where(lt(mail_tokens.expires_at, before));
}

function usable(purpose: MailTokenPurpose, text: string, now: Date) {
  return and(
    eq(mail_tokens.token_hash, hashOf(text)),
    eq(mail_tokens.purpose, purpose),
    isNull(mail_tokens.used_at),
    gt(mail_tokens.expires_at, now),
  );
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
