import { randomUUID } from 'node:crypto';
import type { FieldCipher, Queryable, Tx } from '@florin/postgres';
import { eq, inArray, lte, sql } from 'drizzle-orm';
import { z } from 'zod';
import { mails } from './schema-accounts.js';

const content = z.object({ to: z.string(), subject: z.string(), text: z.string() });

export type MailContent = z.infer<typeof content>;

export interface DueMail {
  mail_id: string;
  /** The attempt that this is, from 1. */
  attempts: number;
  content: MailContent;
}

const BATCH = 10;
const FIRST_RETRY_S = 10;

/** Writes a mail in the transaction that makes what it says true: it is sent when that is committed, or never. */
export async function addMail(
  tx: Tx,
  cipher: FieldCipher,
  mail: MailContent & { user_id: string },
  now: Date,
): Promise<void> {
  const { user_id, ...written } = mail;
  const mail_id = randomUUID();
  await tx.insert(mails).values({
    mail_id,
    user_id,
    content: cipher.seal(placeOf(mail_id), JSON.stringify(written)),
    created_at: now,
    attempts: 0,
    next_attempt_at: now,
  });
}

/** Takes some that are due, and puts their next attempt off before this one begins: two senders never take the same. */
export async function takeDueMails(db: Queryable, cipher: FieldCipher, now: Date): Promise<DueMail[]> {
  const due = db
    .select({ mail_id: mails.mail_id })
    .from(mails)
    .where(lte(mails.next_attempt_at, now))
    .orderBy(mails.next_attempt_at)
    .limit(BATCH)
    .for('update', { skipLocked: true });
  const taken = await db
    .update(mails)
    .set({
      attempts: sql`${mails.attempts} + 1`,
      // Twice as long after each: 10 s, 20 s, … 11 min before the eighth.
      next_attempt_at: sql`${now.toISOString()}::timestamptz + ${FIRST_RETRY_S} * power(2, ${mails.attempts}) * interval '1 second'`,
    })
    .where(inArray(mails.mail_id, due))
    .returning({ mail_id: mails.mail_id, attempts: mails.attempts, content: mails.content });
  return taken.map(({ mail_id, attempts, content: sealed }) => ({
    mail_id,
    attempts,
    content: content.parse(JSON.parse(cipher.open(placeOf(mail_id), sealed))),
  }));
}

export async function removeMail(db: Queryable, mail_id: string): Promise<void> {
  await db.delete(mails).where(eq(mails.mail_id, mail_id));
}

function placeOf(row: string) {
  return { table: 'mails', column: 'content', row };
}
