import type { Db } from '@florin/postgres';
import { listSamlConnections } from '../store/saml-connections.js';
import type { OidcProvider } from './oidc/providers.js';
import { providerKey } from './saml/arrival-of.js';

/** A way to sign in that the sign-in page offers. */
export interface FederationChoice {
  /** As people know it. */
  name: string;
  /** A path of this site; it takes `return_to`. */
  start_url: string;
}

/** Everybody else with whom people may sign in here. */
export async function federationChoices({
  db,
  oidcProviders,
}: {
  db: Db;
  oidcProviders: readonly OidcProvider[];
}): Promise<FederationChoice[]> {
  const connections = await listSamlConnections(db);
  return [
    ...oidcProviders.map(({ name, title }) => ({ name: title, start_url: `/auth/oauth/${name}/start` })),
    ...connections.map(({ connection, organization }) => ({
      name: organization,
      start_url: `/auth/saml/${connection}/start`,
    })),
  ];
}

/** The names of the same, by the key under which accounts are linked to them. */
export async function providerTitles({
  db,
  oidcProviders,
}: {
  db: Db;
  oidcProviders: readonly OidcProvider[];
}): Promise<Map<string, string>> {
  const connections = await listSamlConnections(db);
  return new Map([
    ...oidcProviders.map(({ key, title }) => [key, title] as const),
    ...connections.map((connection) => [providerKey(connection), connection.organization] as const),
  ]);
}
