import { definePublicOperation } from '@florin/chassis';
import { fault, invalidField } from '@florin/faults';
import { z } from 'zod';
import type { IdentityDeps } from '../deps.js';
import { PASSWORD_MAX_LENGTH } from '../domain/password-rules.js';
import type { CodeVerdict, KnownOrSource, PasswordVerdict, SignedIn } from '../sign-in/sign-in.js';
import { openSession } from '../store/sessions.js';
import { issueTokens, PASSWORD_CLIENT, tokenResponse } from '../tokens/token-response.js';

const fields = z.strictObject({
  username: z
    .string()
    .min(1)
    .max(254)
    .optional()
    .describe('The e-mail address that the person registered with. Left out only with mfa_token.')
    .meta({ examples: ['ada@example.com'] }),
  password: z
    .string()
    .min(1)
    .max(PASSWORD_MAX_LENGTH)
    .optional()
    .describe("The person's password. Left out only with mfa_token.")
    .meta({ examples: ['seven quiet rivers run north'] }),
  otp: z
    .string()
    .min(6)
    .max(40)
    .optional()
    .describe('The six digits of the authenticator app, or a recovery code, where mfa_required was answered.')
    .meta({ examples: ['492039'] }),
  mfa_token: z
    .string()
    .max(1_024)
    .optional()
    .describe('From an answer with mfa_required: send it with otp, in place of username and password.')
    .meta({ examples: ['v1.k1.c2VhbGVk.c2VhbGVk'] }),
});

/** Nothing is required by itself, so what goes together is shown. */
const input = fields.meta({
  examples: [{ username: 'ada@example.com', password: 'seven quiet rivers run north' }],
});

/** The fields of tokens, or those that say that a code is missing. */
const output = tokenResponse.partial().extend({
  mfa_required: z
    .literal(true)
    .optional()
    .describe('Set where the password was right and a code is missing.'),
  mfa_token: z
    .string()
    .optional()
    .describe('Stands for the right password, once, for five minutes. Send it back with otp.'),
  factors: z
    .array(z.enum(['totp', 'passkey', 'recovery_code']))
    .optional()
    .describe('What the person can prove it with. A passkey works in the browser only.')
    .meta({ examples: [['totp', 'recovery_code']] }),
});

/** Calls come through the mesh, which does not say from which address. */
const source: KnownOrSource = { otherwise: { kind: 'unknown' } };

export const authenticateUser = definePublicOperation<IdentityDeps>()({
  name: 'authenticate_user',
  title: 'Sign in',
  description:
    'Signs a person in with e-mail and password, and returns an access token to send as "Authorization: Bearer" and a ' +
    'refresh token to get the next one with. Where mfa_required is answered, ask the person for the code of their ' +
    'authenticator app and call again with mfa_token and otp. Ask the person for password and code; never guess them.',
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: false },
  input,
  output,

  async run({ otp, mfa_token, ...credentials }, { deps, now }) {
    if (mfa_token !== undefined) return withCode(deps, mfa_token, otp, now);
    const verdict = await deps.signIn.withPassword({ ...given(credentials), channel: 'mesh', source }, now);
    if (verdict.outcome === 'second_factor' && otp !== undefined) {
      return withCode(deps, verdict.challenge, otp, now);
    }
    return answer(deps, verdict, now);
  },
});

function given({ username, password }: { username?: string | undefined; password?: string | undefined }) {
  if (username === undefined) throw invalidField('username', 'is missing: send the e-mail address');
  if (password === undefined) throw invalidField('password', 'is missing: send the password');
  return { username, password };
}

async function withCode(deps: IdentityDeps, challenge: string, code: string | undefined, now: Date) {
  if (code === undefined) throw invalidField('otp', 'is missing: send the code beside mfa_token');
  return answer(deps, await deps.signIn.withCode({ challenge, code, channel: 'mesh', source }, now), now);
}

async function answer(deps: IdentityDeps, verdict: PasswordVerdict | CodeVerdict, now: Date) {
  switch (verdict.outcome) {
    case 'signed_in':
      return openFor(deps, verdict.person, now);
    case 'second_factor':
      return { mfa_required: true as const, mfa_token: verdict.challenge, factors: verdict.factors };
    case 'refused':
      // One answer for all: who is registered, suspended or under attack is nobody's business who lacks the password.
      throw fault(
        'INVALID_CREDENTIALS',
        'The user name or the password is wrong, or there were too many attempts: wait a little before the next one.',
      );
    case 'wrong_code':
      throw fault(
        'INVALID_CREDENTIALS',
        'The code is wrong, was used before, or came after too many others. Ask the person for the next one.',
      );
    case 'expired':
      throw fault('INVALID_TOKEN', 'This mfa_token is not valid any more: sign in with the password again.');
  }
}

async function openFor(deps: IdentityDeps, person: SignedIn, now: Date) {
  const { session, refresh_token } = await openSession(deps.db, person.user_id, {
    client_id: PASSWORD_CLIENT,
    client_name: 'Sign-in with a password',
    authentication_methods: person.authentication_methods,
    created_at: now,
    expires_at: new Date(now.getTime() + deps.session_lifetime_s * 1_000),
  });
  return issueTokens(deps, { ...session, roles: person.roles }, refresh_token);
}
