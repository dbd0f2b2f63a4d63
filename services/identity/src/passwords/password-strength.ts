import type { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { normalizeEmail } from '../domain/email.js';

/** zxcvbn's scale: 3 is "safely unguessable: moderate protection from offline slow-hash scenario" (10^8 guesses and more). */
const LEAST_SCORE = 3;
/** What is strong up to here is strong. Beyond, the estimate costs a second of the event loop. */
const ESTIMATED_CHARACTERS = 40;

let estimator: Promise<ZxcvbnFactory> | undefined;

/** Before the first password comes: building it stops the whole process for 0.3 s and more. */
export async function preparePasswordStrength(): Promise<void> {
  estimator ??= loadEstimator();
  await estimator;
}

async function loadEstimator(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory }, common, english] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-en'),
  ]);
  return new ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
    translations: english.translations,
  });
}

/**
 * What makes a password easy to guess, by patterns, common passwords and what is known of the person (NIST SP 800-63B,
 * section 3.1.1.2: compare with "a blocklist that contains known commonly used, expected, or compromised passwords").
 *
 * @returns text for the person, which never repeats the password; undefined where it may be used
 */
export async function passwordFlaw(
  password: string,
  person: { email: string; full_name: string },
): Promise<string | undefined> {
  const advice = 'Choose several words that have nothing to do with each other.';
  if (normalizeEmail(password) === normalizeEmail(person.email)) {
    return `The password is the e-mail address, which others know. ${advice}`;
  }
  estimator ??= loadEstimator();
  const { score, feedback } = (await estimator).check(
    password.slice(0, ESTIMATED_CHARACTERS),
    knownOf(person),
  );
  if (score >= LEAST_SCORE) return undefined;
  const why = feedback.warning ?? 'It contains what is easy to guess, such as your own name.';
  return `The password is too easy to guess. ${why} ${advice}`;
}

/** The words that whoever knows the person tries first. */
function knownOf({ email, full_name }: { email: string; full_name: string }): string[] {
  return ['florin', email, full_name, ...email.split(/[^\p{L}\p{N}]+/u), ...full_name.split(/\s+/)].filter(
    (word) => word.length > 2,
  );
}
