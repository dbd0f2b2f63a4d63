import { scopes } from '@florin/chassis';

/** Of an operation that needs these scopes: by an access token that has them, or by an API key that does. */
export function securityOf(needed: readonly string[]): Record<string, readonly string[]>[] {
  return [{ oauth: needed }, { api_key: [] }];
}

/**
 * `components.securitySchemes`.
 *
 * @param issuer of access tokens, without a slash at its end
 */
export function securitySchemes(issuer: string) {
  return {
    oauth: {
      type: 'oauth2',
      description:
        'An access token of the authorization server, issued for the resource `/mcp`. PKCE is demanded.',
      flows: {
        authorizationCode: {
          authorizationUrl: `${issuer}/oauth/authorize`,
          tokenUrl: `${issuer}/oauth/token`,
          refreshUrl: `${issuer}/oauth/token`,
          scopes,
        },
      },
    },
    api_key: {
      type: 'http',
      scheme: 'bearer',
      description: 'An API key, which `generate_api_key` makes, with the permissions it was given.',
    },
  };
}
