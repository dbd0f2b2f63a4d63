import type { Clock, Logger } from '@florin/chassis';
import { type Db, databaseFault, type KeyRing } from '@florin/postgres';
import type { Express } from 'express';
import type { BrowserSessions } from '../browser/browser-session.js';
import { pageErrors } from '../browser/routes.js';
import type { IdentityConfig } from '../config.js';
import { createFederatedSignIns } from '../store/federated-sign-ins.js';
import type { PersonalData } from '../store/personal-data.js';
import { replaceSamlConnections } from '../store/saml-connections.js';
import { createBrowserBinding } from './browser-binding.js';
import { type FederationChoice, federationChoices, providerTitles } from './choices.js';
import { CONNECTIONS_PATH } from './connections-page.js';
import { connectionsRoutes } from './connections-routes.js';
import type { FederationDeps } from './deps.js';
import { linkRoutes } from './link-routes.js';
import { createOidcProvider } from './oidc/providers.js';
import { oidcRoutes } from './oidc/routes.js';
import { samlRoutes } from './saml/routes.js';

/** Sign-in with other identity providers. */
export interface Federation {
  routes(app: Express): void;
  /** What the sign-in page offers. */
  choices(): Promise<FederationChoice[]>;
}

interface Parts {
  config: IdentityConfig;
  db: Db;
  ring: KeyRing;
  personalData: PersonalData;
  browserSessions: BrowserSessions;
  logger: Logger;
  now: Clock;
}

export async function composeFederation({ config, ring, ...parts }: Parts): Promise<Federation> {
  const { db, now } = parts;
  const oidcProviders = (config.OIDC_PROVIDERS ?? []).map((provider) => createOidcProvider(provider, now));
  // Not set: the table holds what somebody put there otherwise.
  if (config.SAML_CONNECTIONS !== undefined) await replaceSamlConnections(db, config.SAML_CONNECTIONS, now());
  const deps: FederationDeps = {
    ...parts,
    issuer: config.ISSUER,
    signIns: createFederatedSignIns({ db, ring }),
    binding: createBrowserBinding(config.ISSUER),
  };
  return {
    routes(app) {
      oidcRoutes(app, deps, oidcProviders);
      samlRoutes(app, deps);
      linkRoutes(app, deps);
      connectionsRoutes(app, deps, () => providerTitles({ db, oidcProviders }));
      app.use(['/auth/oauth', '/auth/saml', '/auth/link', CONNECTIONS_PATH], pageErrors(databaseFault));
    },
    choices: () => federationChoices({ db, oidcProviders }),
  };
}
