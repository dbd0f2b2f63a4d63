import type { Db, FieldCipher } from '@florin/postgres';
import { transaction } from '@florin/postgres';
import { normalizeEmail } from '../domain/email.js';
import type { Role } from '../domain/roles.js';
import type { CodeKind } from '../factors/codes.js';
import type { Passkeys } from '../factors/passkeys.js';
import type { PasswordHasher } from '../passwords/password-hasher.js';
import { type Factor, factorsOf, useCode } from '../store/factors.js';
import type { PersonalData } from '../store/personal-data.js';
import { beginAttempt, forgetAttempts } from '../store/sign-in-failures.js';
import { findByEmail, findForSignIn, replacePasswordHash } from '../store/users.js';
import type { Challenges, OpenChallenge } from './challenges.js';
import type { AttemptSubject, AttemptSubjects, BrowserMarks, Source } from './source.js';

/** Where a sign-in was begun: what one began, the other does not end. */
export type Channel = 'browser' | 'mesh';

export interface SignedIn {
  user_id: string;
  roles: Role[];
  /** RFC 8176. */
  authentication_methods: string[];
  /** For the browser to keep: see {@link BrowserMarks}. */
  browser_mark: string;
}

export type PasswordVerdict =
  /** Wrong, unknown, without a password, suspended or not heard at the moment: nobody is told which. */
  | { outcome: 'refused' }
  | { outcome: 'signed_in'; person: SignedIn }
  /** `challenge` says, sealed, who showed the right password. */
  | { outcome: 'second_factor'; challenge: string; factors: Factor[] };

export type CodeVerdict =
  | { outcome: 'signed_in'; person: SignedIn }
  | { outcome: 'wrong_code'; factors: Factor[] }
  /** The challenge is none, too old or used: begin again. */
  | { outcome: 'expired' };

/** From credentials to a person: one way for pages and for `authenticate_user`. */
export interface SignIn {
  withPassword(
    attempt: { username: string; password: string; channel: Channel; source: KnownOrSource },
    now: Date,
  ): Promise<PasswordVerdict>;
  withCode(
    attempt: { challenge: string; code: string; channel: Channel; source: KnownOrSource },
    now: Date,
  ): Promise<CodeVerdict>;
  /** @returns undefined where it is refused */
  withPasskey(attempt: { challenge: string; answer: string }, now: Date): Promise<SignedIn | undefined>;
}

/** Where the attempt comes from, and the mark that its browser has kept. */
export interface KnownOrSource {
  browser_mark?: string | undefined;
  otherwise: Exclude<Source, { kind: 'known_browser' }>;
}

interface Parts {
  db: Db;
  personalData: PersonalData;
  passwords: PasswordHasher;
  cipher: FieldCipher;
  challenges: Challenges;
  passkeys: Passkeys;
  subjects: AttemptSubjects;
  marks: BrowserMarks;
}

type User = NonNullable<Awaited<ReturnType<typeof findForSignIn>>>;

export function createSignIn(parts: Parts): SignIn {
  const { db, passwords, challenges, subjects, marks } = parts;
  const sourceOf = (user: User | undefined, { browser_mark, otherwise }: KnownOrSource): Source =>
    user !== undefined && marks.fits(browser_mark, user) ? { kind: 'known_browser' } : otherwise;
  const begin = ({ subject_hash, longest_delay_ms }: AttemptSubject, now: Date) =>
    beginAttempt(db, subject_hash, longest_delay_ms, now);
  const signedIn = (user: User, methods: string[]): SignedIn => ({
    user_id: user.user_id,
    roles: user.roles,
    authentication_methods: methods,
    browser_mark: marks.of(user),
  });

  return {
    async withPassword({ username, password, channel, source }, now) {
      let user = await findByEmail(parts, username);
      const subject = subjects.ofPassword(normalizeEmail(username), sourceOf(user, source));
      const heard = await begin(subject, now);
      const password_hash = user?.password_hash ?? undefined;
      // Verified in every case: what the clock shows must not tell a wrong password from an unknown or blocked person.
      const matches = await passwords.verify(password_hash, password);
      if (
        !heard ||
        !matches ||
        user === undefined ||
        password_hash === undefined ||
        user.suspended_at !== null
      ) {
        return { outcome: 'refused' };
      }
      await forgetAttempts(db, subject.subject_hash);
      if (passwords.isOutdated(password_hash)) user = await rehash(parts, user, password_hash, password);
      const factors = await factorsOf(db, user.user_id);
      if (factors.length === 0) return { outcome: 'signed_in', person: signedIn(user, ['pwd']) };
      const about = { user_id: user.user_id, mark: marks.of(user), channel };
      return { outcome: 'second_factor', challenge: challenges.issue('second_factor', about, now), factors };
    },

    async withCode({ challenge, code, channel, source }, now) {
      const open = challenges.open('second_factor', challenge, now);
      const user = open && (await findForSignIn(db, open.about.user_id ?? ''));
      if (open === undefined || user === undefined || !isFor(open, user, channel, marks)) {
        return { outcome: 'expired' };
      }
      const subject = subjects.ofCode(user.user_id, sourceOf(user, source));
      const used = (await begin(subject, now)) ? await use(parts, open, user.user_id, code, now) : 'wrong';
      if (used === 'wrong') return { outcome: 'wrong_code', factors: await factorsOf(db, user.user_id) };
      if (used === 'spent') return { outcome: 'expired' };
      await forgetAttempts(db, subject.subject_hash);
      // RFC 8176: "otp" is a one-time password, which a recovery code is too; "mfa", several factors together.
      return { outcome: 'signed_in', person: signedIn(user, ['pwd', 'otp', 'mfa']) };
    },

    async withPasskey({ challenge, answer }, now) {
      const owner = await parts.passkeys.signIn(challenge, answer, now);
      const user = owner && (await findForSignIn(db, owner.user_id));
      if (owner === undefined || user === undefined || user.suspended_at !== null) return undefined;
      return signedIn(user, owner.authentication_methods);
    },
  };
}

/** The password was changed, or the person suspended, after the challenge was made: the password proves nothing now. */
function isFor({ about }: OpenChallenge, user: User, channel: Channel, marks: BrowserMarks): boolean {
  return about.channel === channel && marks.fits(about.mark, user) && user.suspended_at === null;
}

class Spent extends Error {}

/** The code and the challenge are used up together or not at all. */
async function use(
  { db, cipher, challenges }: Parts,
  open: OpenChallenge,
  user_id: string,
  typed: string,
  now: Date,
): Promise<CodeKind | 'wrong' | 'spent'> {
  try {
    return await transaction(db, async (tx) => {
      const kind = await useCode(tx, cipher, { user_id, typed, now });
      if (kind === undefined) return 'wrong';
      if (!(await challenges.spend(tx, open, now))) throw new Spent();
      return kind;
    });
  } catch (error) {
    if (error instanceof Spent) return 'spent';
    throw error;
  }
}

async function rehash({ db, passwords }: Parts, user: User, from: string, password: string): Promise<User> {
  const to = await passwords.hash(password);
  await replacePasswordHash(db, user.user_id, { from, to });
  return { ...user, password_hash: to };
}
