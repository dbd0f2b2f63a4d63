import { definePublicOperation, idSchema, newId } from '@florin/chassis';
import { fault } from '@florin/faults';
import { z } from 'zod';
import type { IdentityDeps } from '../deps.js';
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH, passwordFlaw } from '../domain/password-rules.js';
import { insertUser } from '../store/users.js';

export const registerUser = definePublicOperation<IdentityDeps>()({
  name: 'register_user',
  title: 'Register a person',
  description:
    'Makes an account for a person who has none yet. Ask the person for the password; never make one up or repeat it. ' +
    'Afterwards sign in with authenticate_user. EMAIL_TAKEN means that the person has an account already: sign in instead.',
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: false },
  input: z.strictObject({
    email: z
      .email({ pattern: z.regexes.unicodeEmail, error: 'must be an e-mail address, such as ada@example.com' })
      .max(254)
      .describe("The person's e-mail address. It is the user name to sign in with.")
      .meta({ examples: ['ada@example.com'] }),
    password: z
      .string()
      .min(PASSWORD_MIN_LENGTH)
      .max(PASSWORD_MAX_LENGTH)
      .describe('At least 12 characters. Several words are better than a few odd letters.')
      .meta({ examples: ['seven quiet rivers run north'] }),
    full_name: z
      .string()
      .max(200)
      .regex(/\S/, { error: 'must not be empty' })
      .refine((name) => !/\p{Cc}/u.test(name), { error: 'must be a single line of plain text' })
      .describe("The person's name, as it should be shown.")
      .meta({ examples: ['Ada Lovelace'] }),
  }),
  output: z.strictObject({
    user_id: idSchema('usr', "The new person's id."),
  }),

  async run({ email, password, full_name }, { deps, now, traceparent }) {
    const flaw = passwordFlaw(password, { email });
    if (flaw !== undefined) throw fault('WEAK_PASSWORD', flaw);

    const person = {
      user_id: newId('usr'),
      email,
      full_name: full_name.trim(),
      password_hash: await deps.passwords.hash(password),
      roles: ['user' as const],
    };
    const inserted = await insertUser(deps, person, { now, traceparent });
    if (!inserted) {
      throw fault('EMAIL_TAKEN', 'Somebody is registered with this e-mail address. Sign in instead.');
    }
    return { user_id: person.user_id };
  },
});
