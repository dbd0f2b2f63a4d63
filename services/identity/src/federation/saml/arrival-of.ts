import { mapRoles } from '../../domain/arrival.js';
import type { SamlConnection } from '../../store/saml-connections.js';
import { type Arrival, claimedEmail, claimedMethods, claimedName } from '../arrival.js';
import { SamlRefusal } from './read-response.js';
import type { VerifiedAssertion } from './service-provider.js';

const EMAIL_NAME = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';

/** As providers call them, the ones that say what they are first. */
const EMAIL_ATTRIBUTES = [
  'email',
  'mail',
  'urn:oid:0.9.2342.19200300.100.1.3',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
];
const NAME_ATTRIBUTES = [
  'name',
  'displayName',
  'urn:oid:2.16.840.1.113730.3.1.241',
  'http://schemas.microsoft.com/identity/claims/displayname',
];

export function providerKey({ idp_entity_id }: Pick<SamlConnection, 'idp_entity_id'>): string {
  return `saml:${idp_entity_id}`;
}

/**
 * Who an assertion says has come. The organization answers for the addresses of its domains, and for no others.
 * @throws SamlRefusal for an address outside of the connection's domains
 */
export function arrivalOf(connection: SamlConnection, assertion: VerifiedAssertion): Arrival {
  const first = (names: readonly string[]) =>
    names.map((name) => assertion.attributes.get(name)?.[0]).find((value) => value !== undefined);
  const named = assertion.name_id_format === EMAIL_NAME ? assertion.name_id : undefined;
  const email = claimedEmail(first(EMAIL_ATTRIBUTES) ?? named);
  if (email !== undefined && !isWithin(email, connection.email_domains)) {
    throw new SamlRefusal("the e-mail address is outside of the connection's domains");
  }
  return {
    provider: providerKey(connection),
    provider_title: connection.organization,
    subject: assertion.name_id,
    email,
    email_verified: email !== undefined,
    full_name: claimedName(first(NAME_ATTRIBUTES)),
    authentication_methods: claimedMethods(undefined),
    provisions_accounts: connection.provisions_accounts,
    mapped_roles: mapRoles(assertion.attributes.get(connection.role_attribute) ?? [], connection),
  };
}

function isWithin(email: string, domains: readonly string[]): boolean {
  return domains.includes(email.slice(email.lastIndexOf('@') + 1).toLowerCase());
}
