import { definePublicOperation } from '@florin/chassis';
import { fault } from '@florin/faults';
import { z } from 'zod';
import type { IdentityDeps } from '../deps.js';
import { PASSWORD_MAX_LENGTH } from '../domain/password-rules.js';
import { openSession } from '../store/sessions.js';
import { findByEmail, replacePasswordHash } from '../store/users.js';
import { issueTokens, PASSWORD_CLIENT, tokenResponse } from '../tokens/token-response.js';

export const authenticateUser = definePublicOperation<IdentityDeps>()({
  name: 'authenticate_user',
  title: 'Sign in',
  description:
    'Signs a person in with e-mail and password, and returns an access token to send as "Authorization: Bearer" and a ' +
    'refresh token to get the next one with. Ask the person for the password; never guess it.',
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: false },
  input: z.strictObject({
    username: z
      .string()
      .min(1)
      .max(254)
      .describe('The e-mail address that the person registered with.')
      .meta({ examples: ['ada@example.com'] }),
    password: z
      .string()
      .min(1)
      .max(PASSWORD_MAX_LENGTH)
      .describe("The person's password.")
      .meta({ examples: ['seven quiet rivers run north'] }),
  }),
  output: tokenResponse,

  async run({ username, password }, { deps, now }) {
    const user = await findByEmail(deps, username);
    const password_hash = user?.password_hash ?? undefined;
    const matches = await deps.passwords.verify(password_hash, password);
    // One answer for all: who is registered, and who is suspended, is nobody's business who lacks the password.
    if (user === undefined || password_hash === undefined || !matches || user.suspended_at !== null) {
      throw fault('INVALID_CREDENTIALS', 'The user name or the password is wrong.');
    }

    if (deps.passwords.isOutdated(password_hash)) {
      await replacePasswordHash(deps.db, user.user_id, {
        from: password_hash,
        to: await deps.passwords.hash(password),
      });
    }
    const { session, refresh_token } = await openSession(deps.db, user.user_id, {
      client_id: PASSWORD_CLIENT,
      authentication_methods: ['pwd'],
      created_at: now,
      expires_at: new Date(now.getTime() + deps.session_lifetime_s * 1_000),
    });
    return issueTokens(deps, { ...session, roles: user.roles }, refresh_token);
  },
});
