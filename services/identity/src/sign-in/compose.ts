import type { Clock, Logger } from '@florin/chassis';
import { createFieldCipher, type Db, type KeyRing } from '@florin/postgres';
import type { Express } from 'express';
import type { BrowserSessions } from '../browser/browser-session.js';
import type { IdentityConfig } from '../config.js';
import { createPasskeys } from '../factors/passkeys.js';
import { securityRoutes } from '../factors/routes.js';
import { createTotpFactors, type TotpFactors } from '../factors/totp.js';
import { startMailDelivery } from '../mail/delivery.js';
import type { PasswordHasher } from '../passwords/password-hasher.js';
import type { PersonalData } from '../store/personal-data.js';
import { type AccountMail, createAccountMail } from './account-mail.js';
import { accountMailRoutes } from './account-routes.js';
import { createChallenges } from './challenges.js';
import type { SignInChoice } from './pages.js';
import { signInRoutes } from './routes.js';
import { createSignIn, type SignIn } from './sign-in.js';
import { createAttemptSubjects, createBrowserMarks } from './source.js';

/** What accounts are made of, put together. */
export interface Accounts {
  signIn: SignIn;
  accountMail: AccountMail;
  totp: TotpFactors;
  routes(app: Express): void;
  stop(): Promise<void>;
}

interface Parts {
  config: Pick<IdentityConfig, 'ISSUER' | 'SMTP_URL' | 'MAIL_FROM'>;
  db: Db;
  ring: KeyRing;
  personalData: PersonalData;
  passwords: PasswordHasher;
  browserSessions: BrowserSessions;
  logger: Logger;
  now: Clock;
  /** Ways to sign in elsewhere. */
  choices: () => Promise<readonly SignInChoice[]>;
}

export function composeAccounts({ config, ...rest }: Parts): Accounts {
  const parts = { ...rest, issuer: config.ISSUER };
  const { db, ring, logger, now } = parts;
  const cipher = createFieldCipher(ring);
  const delivery = startMailDelivery({
    db,
    cipher,
    smtp_url: config.SMTP_URL,
    from: config.MAIL_FROM,
    logger,
    now,
  });
  const accountMail = createAccountMail({ ...parts, cipher, delivery });
  const challenges = createChallenges(ring);
  const passkeys = createPasskeys({ ...parts, challenges, accountMail });
  const totp = createTotpFactors({ ...parts, cipher, accountMail });
  const signIn = createSignIn({
    ...parts,
    cipher,
    challenges,
    passkeys,
    subjects: createAttemptSubjects(ring),
    marks: createBrowserMarks(ring),
  });
  return {
    signIn,
    accountMail,
    totp,
    routes(app) {
      signInRoutes(app, { ...parts, signIn, passkeys });
      securityRoutes(app, { ...parts, totp, passkeys });
      accountMailRoutes(app, { ...parts, accountMail });
    },
    async stop() {
      await accountMail.settled();
      await delivery.stop();
    },
  };
}
