import {
  type Clock,
  type RunningService,
  type ServiceParts,
  type StartContext,
  startService,
} from '@florin/chassis';
import { createFieldCipher, databaseFault, openState } from '@florin/postgres';
import { composeAgents } from './agents/compose.js';
import { composeApiKeys } from './api-keys/compose.js';
import { composeApprovals } from './approvals/compose.js';
import { createBrowserSessions } from './browser/browser-session.js';
import { browserRoutes } from './browser/routes.js';
import { type IdentityConfig, identityConfig, serviceSecrets } from './config.js';
import { ensureDemoPeople } from './demo-people.js';
import type { IdentityDeps } from './deps.js';
import { composeFederation } from './federation/compose.js';
import { accountRoutes } from './http/accounts.js';
import { jwksRoutes } from './http/jwks.js';
import { createAuthorizationServer } from './oauth/compose.js';
import { offer, offerWithoutPasswords } from './offer.js';
import { createPasswordHasher } from './passwords/password-hasher.js';
import { preparePasswordStrength } from './passwords/password-strength.js';
import { composePrivacy } from './privacy/compose.js';
import { startPruning } from './pruning.js';
import { announceRevocations } from './revocations/announce.js';
import { peopleRpc } from './rpc/people.js';
import { tokensRpc } from './rpc/tokens.js';
import { composeAccounts } from './sign-in/compose.js';
import { createPersonalData } from './store/personal-data.js';
import { prepareListRevocations } from './store/revocations.js';
import { prepareFindSession } from './store/sessions.js';
import { ensureSigningKeys } from './store/signing-keys.js';
import { isActiveUser } from './store/users.js';
import { createAccessTokens } from './tokens/access-token.js';
import { createExchange } from './tokens/exchange.js';
import { keepSigningKeys } from './tokens/live-signing-keys.js';
import { createMeshTokens } from './tokens/mesh-token.js';
import { createServiceTokenIssuer } from './tokens/service-token.js';

const VERSION = '0.1.0';

/** One folder up from here, and from the bundle in dist/ as well. */
const migrations = new URL('../migrations/', import.meta.url);

/** Starts identity: main.ts with the process' environment, tests with one of their own. */
export function startIdentity(env: NodeJS.ProcessEnv, now?: Clock): Promise<RunningService> {
  return startService('identity', identityConfig, env, compose, now);
}

async function compose(context: StartContext<IdentityConfig>): Promise<ServiceParts<IdentityDeps>> {
  const { config, logger, now } = context;
  const secretHashes = serviceSecrets(config);
  const state = await openState('identity', context, migrations);
  const { ring, database, pageTokens } = state;
  const { db } = database;
  const sealed = { db, cipher: createFieldCipher(ring) };
  const keys = {
    access: await keepSigningKeys(() => ensureSigningKeys(sealed, 'access', now()), logger),
    mesh: await keepSigningKeys(() => ensureSigningKeys(sealed, 'mesh', now()), logger),
  };
  const accessTokens = createAccessTokens({
    keys: keys.access,
    issuer: config.ISSUER,
    audience: config.GATEWAY_RESOURCE,
    lifetime_s: config.ACCESS_TOKEN_LIFETIME_S,
    now,
  });
  const meshTokens = createMeshTokens({
    keys: keys.mesh,
    issuer: config.MESH_ISSUER,
    lifetime_s: config.MESH_TOKEN_LIFETIME_S,
    now,
  });
  const exchange = createExchange({ accessTokens, meshTokens, findSession: prepareFindSession(db), now });
  const issueServiceToken = createServiceTokenIssuer({
    meshTokens,
    secretHashes,
    isActiveUser: (user_id) => isActiveUser(db, user_id),
  });
  const browserSessions = createBrowserSessions({ db, issuer: config.ISSUER });
  const personalData = createPersonalData(ring);
  const passwords = await createPasswordHasher();
  await preparePasswordStrength();
  const accounts = composeAccounts({
    config,
    db,
    ring,
    personalData,
    passwords,
    browserSessions,
    logger,
    now,
    choices: () => federation.choices(),
  });
  const approvals = composeApprovals({ db, ring, browserSessions, issuer: config.ISSUER, now });
  const agents = composeAgents({ db, browserSessions, issuer: config.ISSUER, now });
  const authorizationServer = createAuthorizationServer({
    db,
    ring,
    keys: keys.access,
    browserSessions,
    issuer: config.ISSUER,
    gateway_resource: config.GATEWAY_RESOURCE,
    access_token_lifetime_s: config.ACCESS_TOKEN_LIFETIME_S,
    session_lifetime_s: config.SESSION_LIFETIME_S,
    machine_clients: config.OAUTH_CLIENTS ?? [],
    now,
    logger,
  });
  const apiKeys = composeApiKeys({
    db,
    meshTokens,
    mode: config.FLORIN_MODE,
    browserSessions,
    issuer: config.ISSUER,
    now,
    logger,
  });
  const deps: IdentityDeps = {
    db,
    personalData,
    passwords,
    signIn: accounts.signIn,
    accountMail: accounts.accountMail,
    totp: accounts.totp,
    security_url: new URL('/account/security', config.ISSUER).href,
    accessTokens,
    approvals: approvals.approvals,
    keyEnvironment: apiKeys.environment,
    pageTokens,
    issuer: config.ISSUER,
    clock: now,
    session_lifetime_s: config.SESSION_LIFETIME_S,
  };
  const federation = await composeFederation({
    config,
    db,
    ring,
    personalData,
    browserSessions,
    logger,
    now,
  });
  const privacy = composePrivacy({
    db,
    ring,
    personalData,
    browserSessions,
    meshTokens,
    addresses: config.PRIVACY_SERVICES,
    now,
    logger,
  });
  const pruning = startPruning({ db, logger, now });
  if (config.DEMO_PEOPLE) await ensureDemoPeople(deps, now());
  const revocations = announceRevocations({
    listRevocations: prepareListRevocations(db),
    nats_url: config.NATS_URL,
    now,
    logger,
  });

  return {
    version: VERSION,
    mode: '',
    offer: config.PASSWORD_OPERATIONS ? offer : offerWithoutPasswords,
    deps,
    revocations,
    toFault: databaseFault,
    rpc: (support) => [
      tokensRpc(
        {
          exchange,
          exchangeApiKey: apiKeys.exchange,
          issueServiceToken,
          listRevocations: revocations.list,
          services: [...secretHashes.keys()],
        },
        support,
      ),
      approvals.rpc(support),
      agents.rpc(support),
      peopleRpc({ db, personalData }, support),
    ],
    routes(app, door) {
      jwksRoutes(app, keys);
      accountRoutes(app, { door, exchange });
      browserRoutes(app, { browserSessions, issuer: config.ISSUER, now });
      approvals.routes(app);
      agents.routes(app);
      apiKeys.routes(app);
      accounts.routes(app);
      federation.routes(app);
      privacy.routes(app);
      authorizationServer.routes(app);
    },
    // NATS is no condition: without it events wait in the outbox, and people sign in all the same.
    checks: state.checks,
    stop: [
      () => keys.access.stop(),
      () => keys.mesh.stop(),
      () => authorizationServer.stop(),
      () => revocations.stop(),
      () => apiKeys.stop(),
      () => accounts.stop(),
      () => privacy.stop(),
      () => pruning.stop(),
      ...state.stop,
    ],
  };
}
