import type { Clock } from '@florin/chassis';
import { effectiveScopes } from '../domain/roles.js';
import { isActive } from '../domain/session.js';
import type { FindSession } from '../store/sessions.js';
import { type AccessTokens, invalidAccessToken } from './access-token.js';
import type { MeshToken, MeshTokens } from './mesh-token.js';

/**
 * Turns an access token into a mesh token for its owner, as long as the session lives and nobody suspended the person.
 * @throws Fault INVALID_TOKEN or TOKEN_EXPIRED
 */
export type Exchange = (access_token: string) => Promise<MeshToken>;

export function createExchange(parts: {
  accessTokens: AccessTokens;
  meshTokens: MeshTokens;
  findSession: FindSession;
  now: Clock;
}): Exchange {
  const { accessTokens, meshTokens, findSession, now } = parts;
  return async (access_token) => {
    const claims = await accessTokens.verify(access_token);
    const session = await findSession(claims.user_id, claims.session_id);
    if (session === undefined || !isActive(session, now())) {
      throw invalidAccessToken('the session has ended, or its owner is suspended');
    }
    return meshTokens.issue(
      {
        subject: claims.user_id,
        client_id: claims.client_id,
        session_id: claims.session_id,
        access_changed_at: session.access_changed_at,
        roles: session.roles,
        scopes: effectiveScopes(claims.scopes, session.roles),
        authentication_methods: claims.authentication_methods,
        agent: session.agent,
      },
      claims.expires_at_s,
    );
  };
}
