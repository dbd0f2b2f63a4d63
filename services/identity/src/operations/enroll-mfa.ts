import { defineOperation } from '@florin/chassis';
import { z } from 'zod';
import type { IdentityDeps } from '../deps.js';

export const enrollMfa = defineOperation<IdentityDeps>()({
  name: 'enroll_mfa',
  title: 'Add an authenticator app',
  description:
    'Begins to add an authenticator app as the second factor of the person. Show them otpauth_uri (as a QR code where ' +
    'you can) or the secret, ask for the six digits that the app then shows, and send those with confirm_mfa. Nothing ' +
    'changes before that. The person can do all of this at security_url by themselves, and no secret passes through you.',
  scopes: ['profile:write'],
  rare: true,
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: false },
  input: z.strictObject({
    method: z
      .literal('totp')
      .describe('An authenticator app (RFC 6238).')
      .meta({ examples: ['totp'] }),
  }),
  output: z.strictObject({
    secret: z.string().describe('To be typed into the app, in base32. Keep it nowhere.'),
    otpauth_uri: z.string().describe('The same as an address that apps open, for a QR code.'),
    security_url: z.string().describe('The page where the person can do it without you.'),
  }),

  async run(_input, { actor, deps, now }) {
    const enrolment = await deps.totp.enrol(actor.user_id, now);
    return { ...enrolment, security_url: deps.security_url };
  },
});
