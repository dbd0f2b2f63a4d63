import { defineOperation } from '@florin/chassis';
import { z } from 'zod';
import type { IdentityDeps } from '../deps.js';

export const confirmMfa = defineOperation<IdentityDeps>()({
  name: 'confirm_mfa',
  title: 'Confirm an authenticator app',
  description:
    'Ends what enroll_mfa began, with the six digits that the app shows. From then on the sign-in asks for a code. ' +
    'Returns ten recovery codes, each good once in place of a code: show all of them to the person, who must keep them ' +
    'where they find them without the phone. Nobody can read them again.',
  scopes: ['profile:write'],
  rare: true,
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: false },
  input: z.strictObject({
    code: z
      .string()
      .min(6)
      .max(10)
      .describe('The six digits that the authenticator app shows.')
      .meta({ examples: ['492039'] }),
  }),
  output: z.strictObject({
    recovery_codes: z
      .array(z.string())
      .describe('Ten codes, shown this once. Those from before are worth nothing now.')
      .meta({ examples: [['k2fq-7dmz-x4ha-p6tw']] }),
  }),

  async run({ code }, { actor, deps, now, traceparent }) {
    return { recovery_codes: await deps.totp.confirm(actor.user_id, code, { now, traceparent }) };
  },
});
