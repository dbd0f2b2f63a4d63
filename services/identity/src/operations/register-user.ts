import { definePublicOperation, idSchema, newId } from '@florin/chassis';
import { fault } from '@florin/faults';
import { transaction } from '@florin/postgres';
import { z } from 'zod';
import type { IdentityDeps } from '../deps.js';
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from '../domain/password-rules.js';
import { passwordFlaw } from '../passwords/password-strength.js';
import { emailSchema, fullNameSchema } from '../sign-in/person-fields.js';
import { insertUserWithin } from '../store/users.js';

export const registerUser = definePublicOperation<IdentityDeps>()({
  name: 'register_user',
  title: 'Register a person',
  description:
    'Makes an account for a person who has none yet. Ask the person for the password; never make one up or repeat it. ' +
    'Afterwards sign in with authenticate_user. EMAIL_TAKEN means that the person has an account already: sign in instead.',
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: false },
  input: z.strictObject({
    email: emailSchema
      .describe("The person's e-mail address. It is the user name to sign in with.")
      .meta({ examples: ['ada@example.com'] }),
    password: z
      .string()
      .min(PASSWORD_MIN_LENGTH)
      .max(PASSWORD_MAX_LENGTH)
      .describe(
        'At least 12 characters that are hard to guess: several words are better than a few odd letters.',
      )
      .meta({ examples: ['seven quiet rivers run north'] }),
    full_name: fullNameSchema
      .describe("The person's name, as it should be shown.")
      .meta({ examples: ['Ada Lovelace'] }),
  }),
  output: z.strictObject({
    user_id: idSchema('usr', "The new person's id."),
  }),

  async run({ email, password, full_name }, { deps, now, traceparent }) {
    const flaw = await passwordFlaw(password, { email, full_name });
    if (flaw !== undefined) throw fault('WEAK_PASSWORD', flaw);

    const person = {
      user_id: newId('usr'),
      email,
      full_name: full_name.trim(),
      password_hash: await deps.passwords.hash(password),
      roles: ['user' as const],
    };
    const inserted = await transaction(deps.db, async (tx) => {
      if (!(await insertUserWithin(tx, deps.personalData, person, { now, traceparent }))) return false;
      await deps.accountMail.sendVerification(tx, person, now);
      return true;
    });
    if (!inserted) {
      throw fault('EMAIL_TAKEN', 'Somebody is registered with this e-mail address. Sign in instead.');
    }
    return { user_id: person.user_id };
  },
});
