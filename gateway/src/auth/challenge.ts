import { allScopes } from '@florin/chassis';

/** RFC 9728, section 3: the well-known path goes between the host and the path of the resource. */
export const RESOURCE_METADATA_PATHS = [
  '/.well-known/oauth-protected-resource/mcp',
  '/.well-known/oauth-protected-resource',
];

/**
 * RFC 9728, section 2: who issues tokens for this resource, and what they may open.
 *
 * @param public_url the gateway's origin
 */
export function protectedResourceMetadata(public_url: string, issuer: string) {
  return {
    resource: `${public_url}/mcp`,
    resource_name: 'Florin',
    authorization_servers: [issuer],
    scopes_supported: allScopes,
    bearer_methods_supported: ['header'],
    resource_documentation: `${public_url}/`,
  };
}

/** The `WWW-Authenticate` headers of one gateway. */
export interface Challenges {
  /** 401, RFC 6750 section 3.1: without a token "the resource server SHOULD NOT include an error code". */
  signIn(): string;
  /** 401 where a token was given and is not good. */
  invalidToken(): string;
  /** 403, where the token lacks these scopes. */
  insufficientScope(scopes: readonly string[]): string;
}

export function createChallenges(public_url: string): Challenges {
  const metadata = `resource_metadata="${public_url}${RESOURCE_METADATA_PATHS[0]}"`;
  return {
    signIn: () => `Bearer ${metadata}`,
    invalidToken: () =>
      `Bearer error="invalid_token", error_description="The token is expired or not valid here", ${metadata}`,
    insufficientScope: (scopes) =>
      `Bearer error="insufficient_scope", scope="${scopes.filter(isScopeToken).join(' ')}", ` +
      `error_description="This needs a permission that the token does not give", ${metadata}`,
  };
}

/** RFC 6749, section 3.3. Scopes come from the services' catalogues: none may break out of the header's quotes. */
function isScopeToken(scope: string): boolean {
  return /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope);
}
