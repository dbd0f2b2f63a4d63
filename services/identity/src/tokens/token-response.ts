import { idSchema } from '@florin/chassis';
import { z } from 'zod';
import { type Role, scopesOf } from '../domain/roles.js';
import type { AccessTokens } from './access-token.js';

/** The client of whoever signs in with a password at the mesh itself, through no OAuth client. */
export const PASSWORD_CLIENT = 'florin-password';

/** RFC 6749, section 5.1, and whose tokens they are. */
export const tokenResponse = z.strictObject({
  access_token: z.string().describe('Send it as "Authorization: Bearer <access_token>".'),
  refresh_token: z
    .string()
    .describe('Good for one refresh, which returns the next. Keep it secret, and keep the newest only.'),
  token_type: z.literal('Bearer').describe('How the access token is sent.'),
  expires_in: z
    .int()
    .positive()
    .describe('Seconds until the access token expires.')
    .meta({ examples: [900] }),
  user_id: idSchema('usr', 'Who has signed in.'),
});

interface TokenOwner {
  user_id: string;
  session_id: string;
  client_id: string;
  roles: readonly Role[];
  authentication_methods: readonly string[];
  expires_at: Date;
}

/** An access token for a session, with all that the owner's roles open, beside the session's new refresh token. */
export async function issueTokens(
  { accessTokens }: { accessTokens: AccessTokens },
  { roles, expires_at, ...owner }: TokenOwner,
  refresh_token: string,
): Promise<z.input<typeof tokenResponse>> {
  const { access_token, expires_in } = await accessTokens.issue(
    { ...owner, scopes: scopesOf(roles) },
    expires_at,
  );
  return { access_token, refresh_token, token_type: 'Bearer', expires_in, user_id: owner.user_id };
}
