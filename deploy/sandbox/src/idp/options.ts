import { z } from 'zod';
import { PATTERN } from './destinations.js';

const destinations = z
  .array(z.string().max(500).regex(PATTERN, 'an address such as http://127.0.0.1:*/*'))
  .min(1)
  .max(20);

const LOOPBACK = ['http://127.0.0.1:*/*', 'http://localhost:*/*'];

/** Who signs people in through the OpenID provider. */
export const oidcClient = z.strictObject({
  client_id: z.string().min(1).max(100),
  client_secret: z.string().min(1).max(200),
  /** Where a browser may return to; see `isAllowed` for the asterisks. */
  redirect_uris: destinations.default(LOOPBACK),
  id_token_alg: z.enum(['RS256', 'ES256']).default('RS256'),
});

export const idpOptions = z.strictObject({
  oidc_clients: z
    .array(oidcClient)
    .min(1)
    .max(20)
    .default([
      {
        client_id: 'florin-local',
        client_secret: 'florin-local-secret',
        redirect_uris: LOOPBACK,
        id_token_alg: 'RS256',
      },
    ]),
  /** Where SAML responses may be sent to. */
  saml_acs_urls: destinations.default(LOOPBACK),
});

export type IdpOptions = z.output<typeof idpOptions>;
export type OidcClient = z.output<typeof oidcClient>;
