import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { type Role, roles } from '../domain/roles.js';
import { jsonVariable, unique } from '../json-variable.js';

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** A part of an address, so that nobody has to escape it. */
const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, {
  error: 'must be 1 to 40 characters of a-z, 0-9 and "-", such as harbor',
});
const secureUrl = z.url().refine(isSecure, { error: 'must be an https address; http only on this machine' });
const shown = z.string().min(1).max(100);

const oidcProvider = z.strictObject({
  /** In the addresses of its pages: `/auth/oauth/<name>/callback`. */
  name: slug,
  /** As people know it; the name where absent. */
  title: shown.optional(),
  issuer: secureUrl,
  client_id: z.string().min(1).max(500),
  client_secret: z.string().min(1).max(500),
  scopes: z.array(z.string().min(1).max(100)).max(20).default(['openid', 'email', 'profile']),
  provisions_accounts: z.boolean().default(true),
});

const certificate = z
  .string()
  .max(20_000)
  .refine(isCertificate, { error: 'must be an X.509 certificate in PEM: -----BEGIN CERTIFICATE-----…' });
const domain = z
  .string()
  .max(253)
  .regex(/^(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*$/, {
    error: 'must be a domain in lower case, such as example.com',
  });

const samlConnection = z
  .strictObject({
    connection: slug,
    organization: shown,
    idp_entity_id: z.string().min(1).max(1_024),
    sso_url: secureUrl,
    certificates: z.array(certificate).min(1).max(4),
    email_domains: z.array(domain).min(1).max(50),
    role_attribute: z.string().min(1).max(200).default('groups'),
    role_mapping: z.record(z.string().min(1).max(200), z.enum(roles)).default({}),
    grants_admin: z.boolean().default(false),
    provisions_accounts: z.boolean().default(true),
    allows_idp_initiated: z.boolean().default(false),
  })
  .refine(
    ({ role_mapping, grants_admin }) => grants_admin || !Object.values<Role>(role_mapping).includes('admin'),
    {
      path: ['role_mapping'],
      error: 'makes admins: if that is meant, set grants_admin to true as well',
    },
  );

export type OidcProviderConfig = z.infer<typeof oidcProvider>;
export type SamlConnectionConfig = z.infer<typeof samlConnection>;

/** JSON: the OpenID providers that people may sign in with. */
export const oidcProviders = jsonVariable(
  z.array(oidcProvider).max(20).superRefine(unique('name')).superRefine(unique('issuer')),
);

/** JSON: the organizations whose people sign in over SAML. */
export const samlConnections = jsonVariable(
  z
    .array(samlConnection)
    .max(100)
    .superRefine(unique('connection'))
    .superRefine(unique('idp_entity_id'))
    .refine(disjointDomains, { error: 'two connections vouch for one e-mail domain' }),
);

function disjointDomains(connections: readonly { email_domains: readonly string[] }[]): boolean {
  const domains = connections.flatMap(({ email_domains }) => email_domains);
  return new Set(domains).size === domains.length;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).publicKey.asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}

/** Whether nobody between can read or change what goes there. */
export function isSecure(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
}
