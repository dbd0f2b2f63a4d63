import type { Clock } from '@florin/chassis';
import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  type CustomFetch,
  clockTolerance,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
} from 'openid-client';
import type { OidcProviderConfig } from '../config.js';

/** An OpenID provider that people may sign in with. */
export interface OidcProvider extends OidcProviderConfig {
  /** As accounts are linked to it. OpenID Connect Core, section 5.7: only `sub` and `iss` together name a person for good. */
  key: string;
  title: string;
  /** What the provider says of itself. @throws where it does not answer in time, or says what cannot be used */
  configuration(): Promise<Configuration>;
}

/** How long metadata are used before they are asked for again; the keys are refreshed more often by the library. */
const METADATA_LIFETIME_MS = 3_600_000;
/** How long a provider that failed is left alone, so that a sign-in page does not knock it down. */
const RETRY_AFTER_MS = 5_000;
const TIMEOUT_S = 5;
const CLOCK_TOLERANCE_S = 60;
const MAX_BODY_BYTES = 1_048_576;

/** RFC 8725, section 3.1: the algorithms that are taken are ours to say. All are asymmetric; `none` is none of them. */
const SIGNING_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

export function createOidcProvider(config: OidcProviderConfig, now: Clock): OidcProvider {
  let cached: { configuration: Promise<Configuration>; until_ms: number } | undefined;
  return {
    ...config,
    key: `oidc:${config.issuer}`,
    title: config.title ?? config.name,
    configuration() {
      const now_ms = now().getTime();
      if (cached === undefined || now_ms >= cached.until_ms) {
        const asked = { configuration: discover(config), until_ms: now_ms + METADATA_LIFETIME_MS };
        asked.configuration.catch(() => {
          asked.until_ms = now().getTime() + RETRY_AFTER_MS;
        });
        cached = asked;
      }
      return cached.configuration;
    },
  };
}

async function discover({ issuer, client_id, client_secret }: OidcProviderConfig): Promise<Configuration> {
  const plain = new URL(issuer).protocol === 'http:' ? [allowInsecureRequests] : [];
  const found = await discovery(new URL(issuer), client_id, client_secret, undefined, {
    timeout: TIMEOUT_S,
    execute: plain,
    [customFetch]: boundedFetch,
  });
  const { supportsPKCE: _, ...metadata } = found.serverMetadata();
  const { id_token_signing_alg_values_supported: offered = ['RS256'] } = metadata;
  const id_token_signing_alg_values_supported = offered.filter((alg) => SIGNING_ALGORITHMS.includes(alg));
  if (id_token_signing_alg_values_supported.length === 0) {
    throw new Error(`${issuer} signs ID tokens with no algorithm that can be taken`);
  }
  // OpenID Connect Discovery, section 3: "If omitted, the default is client_secret_basic".
  const { token_endpoint_auth_methods_supported: methods = ['client_secret_basic'] } = metadata;
  const authentication = methods.includes('client_secret_basic') ? ClientSecretBasic : ClientSecretPost;
  const configuration = new Configuration(
    { ...metadata, id_token_signing_alg_values_supported },
    client_id,
    { client_secret, [clockTolerance]: CLOCK_TOLERANCE_S },
    authentication(client_secret),
  );
  configuration.timeout = TIMEOUT_S;
  configuration[customFetch] = boundedFetch;
  // Without it, the library trusts the connection and leaves the signature of the ID token alone.
  for (const apply of [enableNonRepudiationChecks, ...plain]) apply(configuration);
  return configuration;
}

/** No provider says so much that its answer must fill the memory. */
const boundedFetch: CustomFetch = async (url, options) => {
  const response = await fetch(url, options as RequestInit);
  if (response.body === null) return response;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) throw new Error(`the answer of ${url} is too large`);
    chunks.push(chunk);
  }
  return new Response(Buffer.concat(chunks), response);
};
