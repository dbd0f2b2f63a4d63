import { definePublicOperation } from '@florin/chassis';
import { z } from 'zod';
import type { IdentityDeps } from '../deps.js';
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from '../domain/password-rules.js';

export const resetPassword = definePublicOperation<IdentityDeps>()({
  name: 'reset_password',
  title: 'Choose a new password',
  description:
    'Sets a new password with the token from the link of a mail, and signs the person out everywhere. The token works ' +
    'once, for an hour. Ask the person for the password; never make one up or repeat it.',
  hints: { readOnly: false, destructive: true, idempotent: false, openWorld: false },
  input: z.strictObject({
    token: z
      .string()
      .min(1)
      .max(128)
      .describe('What follows "token=" in the link of the mail.')
      .meta({ examples: ['Jx0c3cR5m1u7h2Qn8y4sT6vW9zB1dF3gK5lP7rX0aEo'] }),
    new_password: z
      .string()
      .min(PASSWORD_MIN_LENGTH)
      .max(PASSWORD_MAX_LENGTH)
      .describe(
        'At least 12 characters that are hard to guess: several words are better than a few odd letters.',
      )
      .meta({ examples: ['seven quiet rivers run north'] }),
  }),
  output: z.strictObject({
    status: z.literal('done').describe('The new password holds from now on.'),
  }),

  async run({ token, new_password }, { deps, now, traceparent }) {
    await deps.accountMail.resetPassword(token, new_password, { now, traceparent });
    return { status: 'done' as const };
  },
});
