import { ConfigError, providerMode, statefulConfig } from '@florin/chassis';
import { z } from 'zod';
import { oidcProviders, samlConnections } from './federation/config.js';
import { machineClients } from './oauth/machine-clients.js';

const seconds = z.coerce.number().int().positive();

export const identityConfig = statefulConfig.extend({
  /** API keys say in which world they were made. */
  FLORIN_MODE: providerMode.shape.FLORIN_MODE,
  /** Who the tokens say they are from: this process' public URL. */
  ISSUER: z.url(),
  /** Whom access tokens are for (RFC 8707): the gateway's MCP endpoint. */
  GATEWAY_RESOURCE: z.url(),
  /** `gateway:<sha256 hex>,banking:<sha256 hex>`: who may ask for a service token, and by which secret. */
  SERVICE_SECRET_HASHES: z.string().regex(/^[a-z]+:[0-9a-f]{64}(,[a-z]+:[0-9a-f]{64})*$/, {
    error: 'must be pairs of a service and the SHA-256 of its secret in hex, such as gateway:1f…,banking:9c…',
  }),
  /** `banking=host:port`: the services that have data of people, which an export gathers. */
  PRIVACY_SERVICES: z
    .string()
    .regex(/^[a-z]+=[^=,\s]+:\d{1,5}(,[a-z]+=[^=,\s]+:\d{1,5})*$/, {
      error: 'must be pairs of a service and its address, such as banking=127.0.0.1:9082',
    })
    .transform((text) => new Map(text.split(',').map((pair) => pair.split('=') as [string, string])))
    .default(new Map()),
  /** Serves the operations that take a password, which agents then see. People sign in at the pages without them. */
  PASSWORD_OPERATIONS: z.stringbool().default(false),
  /** Makes the six people of the local mode, whose password everybody knows. */
  DEMO_PEOPLE: z.stringbool().default(false),
  /** `smtp://user:password@host:587`. Not set: no mail leaves, and the log says of each that it was not sent. */
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MAIL_FROM: z.string().min(3).default('Florin <no-reply@florin.test>'),
  ACCESS_TOKEN_LIFETIME_S: seconds.max(3_600).default(900),
  /** Verifiers refuse mesh tokens that are older than five minutes. */
  MESH_TOKEN_LIFETIME_S: seconds.max(300).default(300),
  /** JSON, see docs/signing-in-with-your-company.md. */
  OIDC_PROVIDERS: oidcProviders.optional(),
  SAML_CONNECTIONS: samlConnections.optional(),
  /** JSON, see README.md: machines that act for people. */
  OAUTH_CLIENTS: machineClients.optional(),
  SESSION_LIFETIME_S: seconds.default(30 * 24 * 3_600),
});

export type IdentityConfig = z.infer<typeof identityConfig>;

/**
 * The hashes of the services' secrets, by service.
 * @throws ConfigError when a service is named twice
 */
export function serviceSecrets(config: IdentityConfig): Map<string, Buffer> {
  const pairs = config.SERVICE_SECRET_HASHES.split(',').map((pair) => pair.split(':') as [string, string]);
  const secrets = new Map(pairs.map(([service, hash]) => [service, Buffer.from(hash, 'hex')]));
  if (secrets.size !== pairs.length)
    throw new ConfigError('SERVICE_SECRET_HASHES names a service more than once.');
  return secrets;
}
