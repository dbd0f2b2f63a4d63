import { definePublicOperation } from '@florin/chassis';
import { z } from 'zod';
import type { IdentityDeps } from '../deps.js';
import { emailSchema } from '../sign-in/person-fields.js';

export const requestPasswordReset = definePublicOperation<IdentityDeps>()({
  name: 'request_password_reset',
  title: 'Ask for a new password',
  description:
    'Sends a mail with a link to choose a new password, if somebody is registered with this address. The answer is the ' +
    'same if nobody is. Tell the person to open the link themselves: nobody else should choose their password.',
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: true },
  input: z.strictObject({
    email: emailSchema
      .describe('The e-mail address that the person registered with.')
      .meta({ examples: ['ada@example.com'] }),
  }),
  output: z.strictObject({
    status: z.literal('accepted').describe('Says nothing of whether the address is known.'),
    next_step: z.string().describe('What to tell the person.'),
  }),

  async run({ email }, { deps, now }) {
    deps.accountMail.requestPasswordReset(email, now);
    return {
      status: 'accepted' as const,
      next_step: 'Ask the person to look into their mail and to open the link in it within an hour.',
    };
  },
});
