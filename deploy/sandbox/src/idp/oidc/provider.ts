import type { JWK } from 'jose';
import type { AccountClaims, Configuration, KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Faults } from '../../faults.js';
import { isAllowed } from '../destinations.js';
import type { IdpState } from '../keys.js';
import type { OidcClient } from '../options.js';
import { refusalPage } from '../pages.js';
import { fullName, type Person, personById } from '../people.js';
import { falseIdToken } from './false-id-token.js';
import { createMemoryAdapter } from './memory-adapter.js';
import { isAboutIdToken, type Misbehaviour } from './misbehaviours.js';

export interface OidcOptions {
  /** `http://127.0.0.1:8094/oidc` */
  issuer: string;
  clients: readonly OidcClient[];
  keys: IdpState;
  faults: Faults;
}

const HOUR_S = 3_600;

/** An OpenID provider, certified software but for what `misbehave` asks of it. Its time is the machine's. */
export async function createOidcProvider(options: OidcOptions): Promise<Provider> {
  // At the first sign-in, not at the start: it costs a tenth of a second and 16 MB.
  const { Provider } = await import('oidc-provider');
  const provider: Provider = new Provider(options.issuer, {
    ...configuration(options),
    async loadExistingGrant({ oidc }) {
      const grant = new provider.Grant({
        clientId: oidc.client?.clientId,
        accountId: oidc.account?.accountId,
      });
      // What a company's provider asks its administrator once, it does not ask each person.
      grant.addOIDCScope(SCOPES.join(' '));
      await grant.save();
      return grant;
    },
  });
  allowPatterns(provider, options.clients);
  provider.use(async (ctx: KoaContextWithOIDC, next) => {
    await next();
    // Whoever was signed in is forgotten: the next sign-in, perhaps as another person, asks again.
    if (ctx.oidc?.route === 'resume') await ctx.oidc.session?.destroy();
    await misbehave(ctx, options);
  });
  return provider;
}

const SCOPES = ['openid', 'email', 'profile', 'groups'];

function configuration({ clients, keys }: OidcOptions): Configuration {
  return {
    adapter: createMemoryAdapter(),
    clients: clients.map(({ client_id, client_secret, redirect_uris, id_token_alg }) => ({
      client_id,
      client_secret,
      // The library wants addresses; patterns are looked at in `allowPatterns`.
      redirect_uris: redirect_uris.map((uri) => uri.replaceAll(/:\*|\*/g, '')),
      id_token_signed_response_alg: id_token_alg,
    })),
    jwks: { keys: keys.oidc.map((key) => ({ ...key })) },
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256'] },
    scopes: SCOPES,
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['name', 'given_name', 'family_name'],
      groups: ['groups'],
    },
    // As most providers do: the claims are in the ID token too, so that a client may leave userinfo alone.
    conformIdTokenClaims: false,
    findAccount: (_ctx, sub) => {
      const person = personById(sub);
      return person && { accountId: person.id, claims: () => claimsOf(person) };
    },
    expiresWithSession: () => false,
    interactions: { url: (_ctx, { uid }) => `/oidc/interaction/${uid}` },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
    ttl: {
      AccessToken: HOUR_S,
      AuthorizationCode: 60,
      Grant: HOUR_S,
      IdToken: HOUR_S,
      Interaction: HOUR_S,
      Session: HOUR_S,
    },
    routes: { authorization: '/authorize', userinfo: '/userinfo' },
    cookies: {
      keys: [keys.cookie_secret],
      // Cookies know no ports: under their usual names they would be those of another provider on this machine.
      names: { session: 'idp_session', interaction: 'idp_interaction', resume: 'idp_resume' },
      long: { path: '/oidc' },
      short: { path: '/oidc' },
    },
    renderError(ctx, { error, error_description }) {
      ctx.type = 'html';
      ctx.body = refusalPage(error_description ?? error);
    },
  };
}

function claimsOf(person: Person): AccountClaims {
  const { id, email, email_verified, given_name, family_name, groups } = person;
  return {
    sub: id,
    name: fullName(person),
    given_name,
    family_name,
    groups: [...groups],
    ...(email === null ? {} : { email, email_verified }),
  };
}

function allowPatterns(provider: Provider, clients: readonly OidcClient[]): void {
  provider.Client.prototype.redirectUriAllowed = function (redirect_uri) {
    const client = clients.find(({ client_id }) => client_id === this.clientId);
    return client !== undefined && isAllowed(redirect_uri, client.redirect_uris);
  };
}

/** Spoils an answer that is ready, where a fault says so. */
async function misbehave(ctx: KoaContextWithOIDC, { faults, keys }: OidcOptions): Promise<void> {
  const wanted = (...hows: Misbehaviour[]) => faults.take('oidc', undefined, ({ how }) => hows.includes(how));
  const body = ctx.body as Record<string, unknown> | undefined;
  switch (ctx.oidc?.route) {
    case 'discovery':
      if (wanted('wrong_metadata_issuer')) ctx.body = { ...body, issuer: 'https://issuer.attacker.test' };
      return;
    case 'userinfo':
      if (wanted('wrong_userinfo_subject')) ctx.body = { ...body, sub: 'somebody-else' };
      return;
    case 'token': {
      if (typeof body?.id_token !== 'string') return;
      const how = faults.take('oidc', undefined, (fault) => isAboutIdToken(fault.how))?.how;
      if (how === undefined || !isAboutIdToken(how)) return;
      ctx.body = { ...body, id_token: await falseIdToken(body.id_token, how, keys.oidc as JWK[]) };
      return;
    }
    case 'resume': {
      const location = ctx.response.get('location');
      if (!URL.canParse(location) || !new URL(location).searchParams.has('code')) return;
      const url = new URL(location);
      if (wanted('wrong_state')) url.searchParams.set('state', 'state-of-another-sign-in');
      if (wanted('wrong_response_issuer')) url.searchParams.set('iss', 'https://issuer.attacker.test');
      ctx.set('location', url.href);
    }
  }
}
