import { normalizeEmail } from './email.js';

/** NIST SP 800-63B, section 3.1.1.2: length is what makes a password strong; rules of composition are not imposed. */
export const PASSWORD_MIN_LENGTH = 12;
/** Longer ones only cost time to hash. */
export const PASSWORD_MAX_LENGTH = 128;

/** @returns what is wrong with the password, as the person is told; undefined when it may be used */
export function passwordFlaw(password: string, person: { email: string }): string | undefined {
  if (normalizeEmail(password) === normalizeEmail(person.email)) {
    return 'The password is the e-mail address. Choose one that others cannot guess.';
  }
  return undefined;
}
