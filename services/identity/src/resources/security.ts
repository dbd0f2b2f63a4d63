import { defineResource, idSchema } from '@florin/chassis';
import { z } from 'zod';
import type { IdentityDeps } from '../deps.js';
import { findSecurity } from '../store/security.js';
import { unknownUser, userParams, visibleUser } from './visible-user.js';

const amount = (what: string) => z.int().min(0).describe(what);

export const security = defineResource<IdentityDeps>()({
  name: 'security',
  title: 'How an account is guarded',
  description:
    'The second factors of somebody, and how many sign-ins and API keys can act for them. No secret is shown.',
  uri: 'users://{user_id}/security',
  scopes: ['profile:read'],
  params: userParams,
  output: z.strictObject({
    user_id: idSchema('usr', 'Whose account it is.'),
    email_verified: z.boolean().describe('Whether the e-mail address was confirmed by a link sent to it.'),
    has_password: z.boolean().describe('False for who signs in elsewhere or by passkey only.'),
    mfa_enabled: z.boolean().describe('Whether the sign-in by password asks for a second factor.'),
    totp: z.boolean().describe('Whether there is an authenticator app.'),
    passkeys: amount('How many passkeys there are.'),
    recovery_codes_left: amount('How many recovery codes have not been used.'),
    sessions: amount('How many sign-ins hold tokens that can be refreshed.'),
    api_keys: amount('How many API keys are honoured.'),
  }),

  async read({ user_id: requested }, { actor, deps, now }) {
    const user_id = visibleUser(actor, requested);
    const found = await findSecurity(deps.db, user_id, now);
    if (found === undefined) throw unknownUser();
    return { data: { user_id, ...found }, last_modified: now };
  },
});
