import { requestId } from '@florin/chassis';
import { fault } from '@florin/faults';
import type { Express, Request, Response } from 'express';
import {
  AuthorizationResponseError,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import { z } from 'zod';
import { localPath } from '../../browser/forms.js';
import { sendPage } from '../../browser/page.js';
import { type Arrival, claimedEmail, claimedMethods, claimedName } from '../arrival.js';
import { SIGN_IN_LIFETIME_MS } from '../browser-binding.js';
import type { FederationDeps } from '../deps.js';
import { finish } from '../finish.js';
import { invalidAnswerPage, turnedBackPage } from '../pages.js';
import { reasonOf } from '../reason-of.js';
import type { OidcProvider } from './providers.js';

const SEE_OTHER = 303;
const FORBIDDEN = 403;

const begun = z.strictObject({ nonce: z.string(), code_verifier: z.string(), return_to: z.string() });
type Begun = z.infer<typeof begun>;

/** Sign-in with an OpenID provider: the authorization code flow with PKCE (OpenID Connect Core, section 3.1; RFC 9700). */
export function oidcRoutes(app: Express, deps: FederationDeps, providers: readonly OidcProvider[]): void {
  const providerOf = (request: Request): OidcProvider => {
    const provider = providers.find(({ name }) => name === request.params.provider);
    if (provider === undefined)
      throw fault('NOT_FOUND', 'There is no such provider. Choose one at the sign-in.');
    return provider;
  };

  app.get('/auth/oauth/:provider/start', async (request, response) => {
    const provider = providerOf(request);
    const return_to = localPath(request.query.return_to) ?? '/account/security';
    response.redirect(SEE_OTHER, (await begin(deps, provider, response, return_to)).href);
  });

  app.get('/auth/oauth/:provider/callback', async (request, response) => {
    const provider = providerOf(request);
    const signIn = await takeSignIn(deps, provider, request);
    if (signIn === undefined) {
      deps.logger.info({ provider: provider.key }, 'an answer came that this browser did not ask for');
      return sendPage(response, invalidAnswerPage(provider.title, requestId(request)), FORBIDDEN);
    }
    const configuration = await reach(provider);
    let arrival: Arrival;
    try {
      arrival = await redeem(deps, provider, configuration, request, signIn);
    } catch (cause) {
      return refuse(deps, provider, { request, response }, cause);
    }
    await finish(deps, { request, response }, { arrival, return_to: signIn.return_to });
  });
}

async function begin(
  { binding, signIns, now, issuer }: FederationDeps,
  provider: OidcProvider,
  response: Response,
  return_to: string,
): Promise<URL> {
  const configuration = await reach(provider);
  const state = randomState();
  const nonce = randomNonce();
  const code_verifier = randomPKCECodeVerifier();
  const at = now();
  await signIns.begin(
    {
      state,
      provider: provider.key,
      browser_hash: binding.bind(response),
      payload: { nonce, code_verifier, return_to } satisfies Begun,
    },
    { now: at, expires_at: new Date(at.getTime() + SIGN_IN_LIFETIME_MS) },
  );
  return buildAuthorizationUrl(configuration, {
    redirect_uri: callbackUrl(issuer, provider).href,
    scope: provider.scopes.join(' '),
    state,
    nonce,
    code_challenge: await calculatePKCECodeChallenge(code_verifier),
    code_challenge_method: 'S256',
  });
}

/** Another address for each provider, so that one's answer is not taken for another's (RFC 9700, section 4.4.2.2). */
function callbackUrl(issuer: string, { name }: OidcProvider): URL {
  return new URL(`/auth/oauth/${name}/callback`, issuer);
}

async function takeSignIn(
  { binding, signIns, now }: FederationDeps,
  provider: OidcProvider,
  request: Request,
): Promise<Begun | undefined> {
  const { state } = request.query;
  const browser_hash = binding.read(request);
  if (typeof state !== 'string' || browser_hash === undefined) return undefined;
  const payload = await signIns.take({ state, provider: provider.key, browser_hash }, now());
  return payload === undefined ? undefined : begun.parse(payload);
}

/** Redeems the code. The library checks state, `iss` (RFC 9207), and of the ID token signature, issuer, audience, nonce and times. */
async function redeem(
  { issuer }: FederationDeps,
  provider: OidcProvider,
  configuration: Configuration,
  request: Request,
  { nonce, code_verifier }: Begun,
): Promise<Arrival> {
  const answered = callbackUrl(issuer, provider);
  answered.search = new URL(request.originalUrl, issuer).search;
  const tokens = await authorizationCodeGrant(configuration, answered, {
    expectedState: String(request.query.state),
    expectedNonce: nonce,
    pkceCodeVerifier: code_verifier,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  if (claims === undefined) throw new Error('the provider sent no ID token');
  // Many leave the address to userinfo, whose `sub` must be that of the ID token (OpenID Connect Core, section 5.3.2).
  const about =
    claims.email === undefined && configuration.serverMetadata().userinfo_endpoint !== undefined
      ? await fetchUserInfo(configuration, tokens.access_token, claims.sub)
      : claims;
  return {
    provider: provider.key,
    provider_title: provider.title,
    subject: claims.sub,
    email: claimedEmail(about.email),
    // Only the value that the standard names: "true" as a text may be what somebody typed.
    email_verified: about.email_verified === true,
    full_name: claimedName(about.name),
    authentication_methods: claimedMethods(claims.amr),
    provisions_accounts: provider.provisions_accounts,
    mapped_roles: { managed: [], granted: [] },
  };
}

async function reach(provider: OidcProvider): Promise<Configuration> {
  try {
    return await provider.configuration();
  } catch (cause) {
    const message = `${provider.title} does not answer. Try again in a minute, or sign in another way.`;
    throw fault('PROVIDER_UNAVAILABLE', message, { cause });
  }
}

function refuse(
  { logger }: FederationDeps,
  { key, title }: OidcProvider,
  { request, response }: { request: Request; response: Response },
  cause: unknown,
): void {
  if (cause instanceof AuthorizationResponseError && cause.error === 'access_denied') {
    sendPage(response, turnedBackPage(title), FORBIDDEN);
    return;
  }
  const request_id = requestId(request);
  const reason = reasonOf(cause);
  logger.warn({ reason, provider: key, request_id }, 'the answer of an OpenID provider was refused');
  sendPage(response, invalidAnswerPage(title, request_id), FORBIDDEN);
}
