import type { Clock } from '@florin/chassis';
import { createFieldCipher, type Db, type KeyRing } from '@florin/postgres';
import type { Express } from 'express';
import type { BrowserSessions } from '../browser/browser-session.js';
import type { PasswordHasher } from '../passwords/password-hasher.js';
import type { PersonalData } from '../store/personal-data.js';
import { createChallenges } from './challenges.js';
import type { SignInChoice } from './pages.js';
import { signInRoutes } from './routes.js';
import { createSignIn, type SignIn } from './sign-in.js';
import { createAttemptSubjects, createBrowserMarks } from './source.js';

/** What accounts are made of, put together. */
export interface Accounts {
  signIn: SignIn;
  routes(app: Express): void;
}

export function composeAccounts(parts: {
  db: Db;
  ring: KeyRing;
  personalData: PersonalData;
  passwords: PasswordHasher;
  browserSessions: BrowserSessions;
  issuer: string;
  now: Clock;
  /** Ways to sign in elsewhere. */
  choices?: () => readonly SignInChoice[];
}): Accounts {
  const { ring, choices = () => [] } = parts;
  const signIn = createSignIn({
    ...parts,
    cipher: createFieldCipher(ring),
    challenges: createChallenges(ring),
    subjects: createAttemptSubjects(ring),
    marks: createBrowserMarks(ring),
  });
  return {
    signIn,
    routes(app) {
      signInRoutes(app, { ...parts, signIn, choices });
    },
  };
}
