import { type Logger, newId } from '@florin/chassis';
import { fault } from '@florin/faults';
import { type Db, type FieldCipher, type Tx, transaction } from '@florin/postgres';
import type { MailDelivery } from '../mail/delivery.js';
import {
  choosePasswordLetter,
  haveAccountLetter,
  type Letter,
  passwordChangedLetter,
  resetPasswordLetter,
  verifyEmailLetter,
} from '../mail/letters.js';
import { createBoundedQueue } from '../passwords/bounded-queue.js';
import type { PasswordHasher } from '../passwords/password-hasher.js';
import { passwordFlaw } from '../passwords/password-strength.js';
import { endBrowserSessions } from '../store/browser-sessions.js';
import {
  endMailTokens,
  findMailToken,
  type MailTokenPurpose,
  newMailToken,
  spendMailToken,
} from '../store/mail-tokens.js';
import { addMail } from '../store/mails.js';
import type { PersonalData } from '../store/personal-data.js';
import { revokeAllSessions } from '../store/sessions.js';
import {
  findContact,
  findContactByEmail,
  insertUserWithin,
  markEmailVerified,
  setPasswordHash,
} from '../store/users.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface Parts {
  db: Db;
  cipher: FieldCipher;
  personalData: PersonalData;
  passwords: PasswordHasher;
  delivery: Pick<MailDelivery, 'nudge'>;
  /** Identity's public URL. */
  issuer: string;
  logger: Logger;
}

interface When {
  now: Date;
  traceparent?: string;
}

/** What happens by mail: a link proves that somebody reads what is sent to an address. */
export interface AccountMail {
  /**
   * Says nothing of whether the address is known, by its answer or by how long it takes: the work begins after it. What a
   * crash in that moment loses, the person asks for again.
   */
  requestPasswordReset(email: string, now: Date): void;
  /** For a newcomer, an account without a password and the link to choose one; for who has one, a mail that says so. */
  requestAccount(person: { email: string; full_name: string }, now: Date): void;
  /** In the transaction that made the address the person's. */
  sendVerification(tx: Tx, contact: { user_id: string; email: string }, now: Date): Promise<void>;
  /** Tells the person of a change, at the address they have. */
  notify(tx: Tx, contact: { user_id: string; email: string }, letter: Letter, now: Date): Promise<void>;
  /** @returns false where the link is not valid any more */
  verifyEmail(token: string, now: Date): Promise<boolean>;
  isUsable(purpose: MailTokenPurpose, token: string, now: Date): Promise<boolean>;
  /**
   * Sets the password, confirms the address that the link was sent to, and ends every session.
   * @throws Fault INVALID_TOKEN, WEAK_PASSWORD (the link stays good)
   */
  resetPassword(token: string, new_password: string, when: When): Promise<void>;
  /** Resolves when what was begun after an answer has ended. */
  settled(): Promise<void>;
}

export function createAccountMail(parts: Parts): AccountMail {
  const { db, cipher, personalData, passwords, delivery, issuer } = parts;
  const background = createBackground(parts.logger);
  const link = (path: string, token?: string) => {
    const url = new URL(path, issuer);
    if (token !== undefined) url.searchParams.set('token', token);
    return url.href;
  };

  async function notify(tx: Tx, { user_id, email }: Contact, letter: Letter, now: Date): Promise<void> {
    await addMail(tx, cipher, { user_id, to: email, ...letter }, now);
    // Committed a moment later: where this was too early, the next poll finds it.
    setImmediate(() => delivery.nudge());
  }

  async function sendLink(
    tx: Tx,
    contact: Contact,
    { purpose, lifetime_ms, letter }: { purpose: MailTokenPurpose; lifetime_ms: number; letter: LinkLetter },
    now: Date,
  ): Promise<void> {
    const { user_id, email } = contact;
    const email_index = personalData.emailIndex(email);
    const token = await newMailToken(tx, { user_id, purpose, email_index, lifetime_ms }, now);
    const path = purpose === 'verify_email' ? '/verify-email' : '/reset-password';
    if (token !== undefined) await notify(tx, contact, letter(link(path, token)), now);
  }

  const resetLink = { purpose: 'reset_password', lifetime_ms: HOUR_MS, letter: resetPasswordLetter } as const;
  const haveAccountLink = { ...resetLink, letter: haveAccountLetter } as const;
  const newAccountLink = {
    purpose: 'reset_password',
    lifetime_ms: DAY_MS,
    letter: choosePasswordLetter,
  } as const;
  const verification = { purpose: 'verify_email', lifetime_ms: DAY_MS, letter: verifyEmailLetter } as const;

  async function makeAccount(person: { email: string; full_name: string }, now: Date): Promise<void> {
    await transaction(db, async (tx) => {
      const user_id = newId('usr');
      const user = { ...person, user_id, password_hash: null, roles: ['user' as const] };
      const isNew = await insertUserWithin(tx, personalData, user, { now });
      const known = isNew ? undefined : await findContactByEmail({ db: tx, personalData }, person.email);
      // A link in both cases: it is what bounds how many mails an address gets.
      if (known?.has_password) return sendLink(tx, known, haveAccountLink, now);
      await sendLink(tx, known ?? { user_id, email: person.email }, newAccountLink, now);
    });
  }

  return {
    requestPasswordReset(email, now) {
      background.begin(async () => {
        const contact = await findContactByEmail(parts, email);
        if (contact !== undefined) await transaction(db, (tx) => sendLink(tx, contact, resetLink, now));
      });
    },
    requestAccount(person, now) {
      background.begin(() => makeAccount(person, now));
    },
    sendVerification: (tx, contact, now) => sendLink(tx, contact, verification, now),
    notify,
    verifyEmail(token, now) {
      return transaction(db, async (tx) => {
        const user_id = await findMailToken(tx, 'verify_email', token, now);
        if (user_id === undefined || !(await spendMailToken(tx, 'verify_email', token, now))) return false;
        await markEmailVerified(tx, user_id, now);
        return true;
      });
    },
    async isUsable(purpose, token, now) {
      return (await findMailToken(db, purpose, token, now)) !== undefined;
    },
    async resetPassword(token, new_password, when) {
      const user_id = await findMailToken(db, 'reset_password', token, when.now);
      const contact = user_id && (await findContact(parts, user_id));
      if (!user_id || !contact) throw expiredLink();
      const flaw = await passwordFlaw(new_password, contact);
      if (flaw !== undefined) throw fault('WEAK_PASSWORD', flaw);
      const password_hash = await passwords.hash(new_password);
      await transaction(db, async (tx) => {
        if (!(await spendMailToken(tx, 'reset_password', token, when.now))) throw expiredLink();
        await endMailTokens(tx, user_id, 'reset_password', when.now);
        await setPasswordHash(tx, user_id, password_hash, when);
        await markEmailVerified(tx, user_id, when.now);
        await revokeAllSessions(tx, user_id, 'password_changed', when);
        await endBrowserSessions(tx, user_id, when.now);
        await notify(tx, contact, passwordChangedLetter(link('/forgot-password')), when.now);
      });
    },
    settled: background.settled,
  };
}

type Contact = { user_id: string; email: string };
type LinkLetter = (link: string) => Letter;

function expiredLink() {
  return fault('INVALID_TOKEN', 'This link was used before, or is out of date. Ask for a new one.');
}

/** Work that goes on after the answer, a bounded amount of it: what is too much is dropped, for everybody alike. */
function createBackground(logger: Logger) {
  const queue = createBoundedQueue({ running: 4, waiting: 256 });
  const begun = new Set<Promise<void>>();
  return {
    begin(work: () => Promise<void>): void {
      const done = queue
        .run(work)
        .catch((error: unknown) => logger.error({ err: error }, 'a mail was not written'))
        .finally(() => begun.delete(done));
      begun.add(done);
    },
    async settled() {
      await Promise.all(begun);
    },
  };
}
