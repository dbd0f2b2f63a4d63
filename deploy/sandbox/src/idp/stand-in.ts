import type { Logger } from 'pino';
import { createMetrics, type Listening, listen } from '../edge.js';
import type { Faults } from '../faults.js';
import { IdpKeys } from './keys.js';
import type { IdpOptions } from './options.js';
import { SamlIdentityProvider } from './saml/identity-provider.js';
import { createIdpServer } from './server.js';

export interface IdpStandInOptions extends IdpOptions {
  host: string;
  port: number;
  now: () => Date;
  data_dir: string | undefined;
  /** Where a browser, and who verifies tokens, reaches it, for the port that it got. */
  publicUrl: (port: number) => string;
  faults: Faults;
  log: Logger;
}

export interface IdpStandIn extends Listening {
  public_url: string;
  issuer: string;
  saml: SamlIdentityProvider;
}

export async function startIdp(options: IdpStandInOptions): Promise<IdpStandIn> {
  const { host, port, now, data_dir, faults, log, oidc_clients, saml_acs_urls: acs_urls } = options;
  const keys = new IdpKeys({ data_dir, now });
  const { serve, ...listening } = await listen({ host, port, variable: 'IDP_PORT' });
  const public_url = options.publicUrl(listening.port);
  const issuer = `${public_url}/oidc`;
  const saml = new SamlIdentityProvider({ base_url: `${public_url}/saml`, acs_urls, keys, now });
  serve(createIdpServer({ issuer, oidc_clients, saml, keys, faults, metrics: createMetrics('idp'), log }));
  return { ...listening, public_url, issuer, saml };
}
