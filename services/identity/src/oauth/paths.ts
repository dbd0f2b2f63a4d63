/** Where the authorization server is. */
export const paths = {
  authorize: '/oauth/authorize',
  token: '/oauth/token',
  register: '/oauth/register',
  interaction: '/oauth/interaction',
  jwks: '/.well-known/jwks.json',
} as const;
