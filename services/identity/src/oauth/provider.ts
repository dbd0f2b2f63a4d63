import { allScopes, type Clock, type Logger, newId, requestId } from '@florin/chassis';
import { html } from '@florin/chassis/html';
import type { Db } from '@florin/postgres';
import {
  type Configuration,
  errors,
  interactionPolicy,
  type KoaContextWithOIDC,
  Provider,
} from 'oidc-provider';
import { renderPage } from '../browser/page.js';
import type { PrivateJwk } from '../tokens/signing-keys.js';
import { clientFlaw } from './client-rules.js';
import { answersInQuery, withoutSession } from './front-channel.js';
import {
  findGrantedSession,
  openGrantedSession,
  rolesOfActiveUser,
  touchGrantedSession,
} from './grant-sessions.js';
import { createGuardedFetch } from './guarded-fetch.js';
import { type MachineClient, machineClientMetadata } from './machine-clients.js';
import { paths } from './paths.js';
import type { OAuthRecords } from './records.js';
import { repeatedRefresh } from './repeated-refresh.js';

export interface ProviderOptions {
  db: Db;
  records: OAuthRecords;
  issuer: string;
  gateway_resource: string;
  access_token_lifetime_s: number;
  session_lifetime_s: number;
  machine_clients: readonly MachineClient[];
  /** What the cookies of a running authorization are signed with, the current key first. */
  cookie_keys: string[];
  now: Clock;
  logger: Logger;
}

/** What a client gets that asks for nothing in particular: to see. Whatever moves something must be asked for by name. */
const defaultScopes = allScopes.filter((scope) => scope.endsWith(':read'));

/**
 * The OAuth 2.1 authorization server: the library with Florin's rules.
 *
 * @param keys the one that signs first; the others are published
 */
export function createProvider(keys: readonly PrivateJwk[], options: ProviderOptions): Provider {
  const { issuer, records, logger } = options;
  const provider = new Provider(issuer, {
    ...surface(options),
    ...tokens(keys, options),
    features: features(keys, options),
    clients: options.machine_clients.map(machineClientMetadata),
    adapter: (kind) => records.adapter(kind),
    findAccount: (_ctx, user_id, token) => findAccount(options, user_id, token),
    interactions: {
      policy: [new interactionPolicy.Prompt({ name: 'consent', requestable: true }, undecided)],
      url: (_ctx, { uid }) => `${paths.interaction}/${uid}`,
    },
    loadExistingGrant: async (ctx) => {
      const grant_id = ctx.oidc.result?.consent?.grantId;
      return grant_id === undefined ? undefined : provider.Grant.find(grant_id);
    },
    renderError,
  });
  // The edge says what reaches us: see routes.ts.
  provider.proxy = true;
  provider.use(withoutSession);
  provider.use(answersInQuery);
  provider.use(repeatedRefresh(records));
  provider.on('server_error', (ctx: KoaContextWithOIDC, error: Error) => {
    logger.error(
      { err: error, path: ctx.path, request_id: requestId(ctx.req) },
      'authorization server failed',
    );
  });
  return provider;
}

function surface({ issuer, cookie_keys }: ProviderOptions): Configuration {
  const cookie = {
    httpOnly: true,
    sameSite: 'lax',
    signed: true,
    secure: new URL(issuer).protocol === 'https:',
  } as const;
  return {
    routes: {
      authorization: paths.authorize,
      token: paths.token,
      registration: paths.register,
      revocation: '/oauth/revoke',
      pushed_authorization_request: '/oauth/par',
      end_session: '/oauth/end-session',
      jwks: paths.jwks,
    },
    cookies: {
      names: { session: 'oauth_session', interaction: 'oauth_interaction', resume: 'oauth_resume' },
      keys: cookie_keys,
      long: cookie,
      short: cookie,
    },
    scopes: ['openid', 'offline_access', ...allScopes],
    responseTypes: ['code'],
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    clientDefaults: {
      // RFC 8252: http is for loopback addresses only, and there the port may be any.
      application_type: 'native',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      response_modes: ['query'],
      id_token_signed_response_alg: 'ES256',
    },
    clientBasedCORS: (_ctx, origin, client) =>
      client.clientAuthMethod === 'none' &&
      (client.redirectUris ?? []).some((uri) => new URL(uri).origin === origin),
    pkce: { required: () => true },
    fetch: createGuardedFetch({ allow_loopback: isLocal(issuer) }),
  };
}

function tokens(keys: readonly PrivateJwk[], options: ProviderOptions): Configuration {
  const { access_token_lifetime_s, session_lifetime_s } = options;
  /** Nothing outlives the session it was granted in. */
  const remaining = (ctx: KoaContextWithOIDC) => ctx.oidc.entities.Grant?.remainingTTL ?? session_lifetime_s;
  return {
    jwks: { keys: keys.map((key) => ({ ...key, kty: 'EC', alg: 'ES256', use: 'sig' })) },
    enabledJWA: {
      idTokenSigningAlgValues: ['ES256'],
      // No HMAC: with it a public key could be taken for a shared secret.
      clientAuthSigningAlgValues: ['ES256', 'PS256', 'RS256', 'EdDSA'],
    },
    ttl: {
      AccessToken: (ctx) => Math.max(1, Math.min(access_token_lifetime_s, remaining(ctx))),
      AuthorizationCode: 60,
      ClientCredentials: access_token_lifetime_s,
      Grant: session_lifetime_s,
      IdToken: 3_600,
      Interaction: 1_800,
      RefreshToken: (ctx) => Math.max(1, remaining(ctx)),
      Session: 300,
    },
    // Our sessions bind them, not the library's.
    expiresWithSession: () => false,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    formats: {
      customizers: {
        // The library puts the client there; the mesh asks for whom it acts.
        jwt: (_ctx, token, jwt) => {
          if (token.kind === 'ClientCredentials') Object.assign(jwt.payload, token.extra);
        },
      },
    },
    extraTokenClaims: async (ctx, token) => {
      if (token.kind === 'ClientCredentials') return machineSession(options, token.clientId);
      if (!('grantId' in token)) return undefined;
      return { sid: token.grantId, amr: ctx.oidc.entities.Account?.authentication_methods };
    },
  };
}

function features([signing]: readonly PrivateJwk[], options: ProviderOptions): Configuration['features'] {
  const { gateway_resource, access_token_lifetime_s } = options;
  return {
    devInteractions: { enabled: false },
    // The gateway takes bearer tokens only: a bound token that works unbound would promise what is not kept.
    dPoP: { enabled: false },
    rpInitiatedLogout: { enabled: false },
    userinfo: { enabled: false },
    pushedAuthorizationRequests: { enabled: true },
    clientCredentials: { enabled: true },
    revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
    registration: {
      enabled: true,
      idFactory: () => newId('oac'),
      issueRegistrationAccessToken: false,
    },
    clientIdMetadataDocument: {
      enabled: true,
      ack: 'draft-02',
      allowClient: (_ctx, client) => clientFlaw(client.metadata()) === undefined,
      cacheDuration: { min: 60, max: 3_600 },
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => gateway_resource,
      useGrantedResource: () => true,
      getResourceServerInfo: (ctx, resource, client) => {
        if (resource !== gateway_resource) throw new errors.InvalidTarget();
        if (ctx.oidc.params?.grant_type === 'client_credentials') ctx.oidc.params.scope ??= client.scope;
        return {
          scope: allScopes.join(' '),
          audience: gateway_resource,
          accessTokenFormat: 'jwt',
          accessTokenTTL: access_token_lifetime_s,
          jwt: { sign: { alg: 'ES256', kid: signing?.kid ?? '' } },
        };
      },
    },
  };
}

/** Asked of every request: who is signed in, and what they remember to have granted, the consent page knows. */
const undecided = new interactionPolicy.Check('undecided', 'the person has not decided yet', (ctx) => {
  // RFC 6749, section 3.3: where the client omits the scope, the server "MUST either process the request using a
  // pre-defined default value or fail".
  if (ctx.oidc.params !== undefined) ctx.oidc.params.scope ??= defaultScopes.join(' ');
  return ctx.oidc.result?.consent === undefined;
});

/** A machine's token is a session of the person for whom it acts, so that it is listed and ended as any other. */
async function machineSession(
  { db, machine_clients, access_token_lifetime_s, now }: ProviderOptions,
  client_id: string | undefined,
) {
  const machine = machine_clients.find((one) => one.client_id === client_id);
  if (machine === undefined) throw new errors.InvalidClient('the client acts for nobody');
  const { acts_for: user_id, client_name } = machine;
  if ((await rolesOfActiveUser(db, user_id)) === undefined) {
    throw new errors.InvalidGrant('the person for whom the client acts is not active');
  }
  const opened = now();
  const sid = await openGrantedSession(
    db,
    { user_id, client_id: machine.client_id, client_name, authentication_methods: [] },
    { now: opened, expires_at: new Date(opened.getTime() + access_token_lifetime_s * 1_000) },
  );
  return { sub: user_id, sid, amr: [] };
}

async function findAccount(
  { db, now }: ProviderOptions,
  user_id: string,
  token: { kind?: string; grantId?: string | undefined } | undefined,
) {
  const claims = () => ({ sub: user_id });
  if (token?.grantId === undefined) {
    const roles = await rolesOfActiveUser(db, user_id);
    return roles === undefined ? undefined : { accountId: user_id, claims };
  }
  const session = await findGrantedSession(db, user_id, token.grantId, now());
  if (session === undefined) return undefined;
  await touchGrantedSession(db, user_id, token.grantId, now());
  return { accountId: user_id, claims, authentication_methods: session.authentication_methods };
}

const renderError: Configuration['renderError'] = (ctx, out) => {
  ctx.type = 'html';
  ctx.set('cache-control', 'no-store');
  ctx.body = renderPage({
    title: 'This request cannot go on',
    body: html`<p role="alert" class="error">${out.error_description ?? out.error}.</p>
<p>Go back to the app that sent you here and connect again. If it stays like this, its maker can tell by the code
<code>${out.error}</code> what is wrong.</p>`,
  });
};

/** In a local run everybody is on this machine. */
function isLocal(issuer: string): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])$/.test(new URL(issuer).hostname);
}
