import { type Clock, isScope, type Scope } from '@florin/chassis';
import { fault } from '@florin/faults';
import type { Db } from '@florin/postgres';
import type { Express, Request, Response } from 'express';
import { errors, type Provider } from 'oidc-provider';
import type { BrowserSession, BrowserSessions } from '../browser/browser-session.js';
import { checkCsrf, formBody, formText, requireSession, sessionOf } from '../browser/forms.js';
import { sendPage } from '../browser/page.js';
import { pageErrors } from '../browser/routes.js';
import { effectiveScopes } from '../domain/roles.js';
import { isExclusiveRedirect, redirectSource } from './client-rules.js';
import { type ConsentView, consentPage, onwardPage } from './consent-page.js';
import { openGrantedSession, rolesOfActiveUser, runningSessions } from './grant-sessions.js';
import { paths } from './paths.js';

export interface ConsentParts {
  db: Db;
  browserSessions: BrowserSessions;
  /** The present one: it changes with the keys. */
  provider: () => Provider;
  issuer: string;
  gateway_resource: string;
  session_lifetime_s: number;
  now: Clock;
  /** What the person allows this client to spend, in words. */
  limitsOf(user_id: string, client_id: string): Promise<string[]>;
  /** A client that was given access is not forgotten as an unused one is. */
  keepClient(client_id: string, now: Date): Promise<void>;
}

interface Asked {
  view: ConsentView;
  /** What the library says of the scopes: OIDC's own. */
  openid: string[];
}

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** The page where a person decides what a client may do, between the client's request and the way back to it. */
export function consentRoutes(app: Express, parts: ConsentParts): void {
  const { browserSessions, now, issuer } = parts;
  const signedIn = requireSession({ browserSessions, now });
  const path = `${paths.interaction}/:uid`;

  app.get(path, signedIn, async (request, response) => {
    const session = sessionOf(response);
    const interaction = await interactionOf(parts, request, response);
    const asked = await whatIsAsked(parts, interaction, session);
    if (await isRemembered(parts, session, asked)) {
      const to = await grant(parts, request, response, session, asked);
      response.set('refresh', `0; url=${to}`);
      sendPage(response, onwardPage(to, asked.view.redirect_uri));
      return;
    }
    allowFormTo(response, asked.view.redirect_uri);
    sendPage(response, consentPage(asked.view, session));
  });

  app.post(path, formBody, signedIn, checkCsrf(issuer), async (request, response) => {
    const session = sessionOf(response);
    const interaction = await interactionOf(parts, request, response);
    const decision = formText(request, 'decision');
    if (decision === 'deny') {
      const result = { error: 'access_denied', error_description: 'The person did not allow it.' };
      return parts.provider().interactionFinished(request, response, result);
    }
    if (decision !== 'allow') throw fault('INVALID_ARGUMENT', 'Choose whether to allow it.');
    const asked = await whatIsAsked(parts, interaction, session);
    response.redirect(303, await grant(parts, request, response, session, asked));
  });

  app.use(paths.interaction, pageErrors());
}

async function interactionOf(
  parts: ConsentParts,
  request: Request,
  response: Response,
): Promise<Interaction> {
  try {
    const interaction = await parts.provider().interactionDetails(request, response);
    if (interaction.uid === request.params.uid) return interaction;
  } catch (error) {
    if (!(error instanceof errors.SessionNotFound)) throw error;
  }
  throw fault('NOT_FOUND', 'This request has run out. Go back to your app and connect again.');
}

/** @throws Fault where nothing of what the client asks for is the person's to give */
async function whatIsAsked(
  { db, provider, limitsOf }: ConsentParts,
  { uid, params }: Interaction,
  { user_id }: BrowserSession,
): Promise<Asked> {
  const client = await provider().Client.find(String(params.client_id));
  const roles = await rolesOfActiveUser(db, user_id);
  if (client === undefined || roles === undefined)
    throw fault('NOT_FOUND', 'The app is not registered any more.');
  const wanted = String(params.scope ?? '').split(' ');
  const scopes: Scope[] = effectiveScopes(wanted, roles).filter(isScope);
  if (scopes.length === 0) {
    throw fault(
      'PERMISSION_DENIED',
      'The app asks for nothing that your roles allow. Ask an administrator for the role it needs.',
    );
  }
  const { clientId: client_id } = client;
  const host = client_id.startsWith('https://') ? new URL(client_id).host : undefined;
  return {
    openid: wanted.filter((scope) => scope === 'openid' || scope === 'offline_access'),
    view: {
      action: `${paths.interaction}/${uid}`,
      client: { client_id, name: client.clientName ?? host ?? 'An app without a name', host },
      redirect_uri: String(params.redirect_uri),
      scopes,
      limits: await limitsOf(user_id, client_id),
    },
  };
}

/**
 * Whether a running session with this client holds all that is asked for now. RFC 8252, section 8.6: the server "SHOULD NOT
 * process authorization requests automatically without user consent or interaction, except when the identity of the client
 * can be assured", and that of who listens on this machine cannot.
 */
async function isRemembered(
  { db, provider, gateway_resource, now }: ConsentParts,
  { user_id }: BrowserSession,
  { view: { client, redirect_uri, scopes } }: Asked,
): Promise<boolean> {
  if (!isExclusiveRedirect(redirect_uri)) return false;
  for (const session_id of await runningSessions(db, user_id, client.client_id, now())) {
    const held =
      (await provider().Grant.find(session_id))?.getResourceScope(gateway_resource).split(' ') ?? [];
    if (scopes.every((scope) => held.includes(scope))) return true;
  }
  return false;
}

/** @returns where the browser goes next */
async function grant(
  parts: ConsentParts,
  request: Request,
  response: Response,
  { user_id, authentication_methods, authenticated_at }: BrowserSession,
  { view: { client, scopes }, openid }: Asked,
): Promise<string> {
  const { db, gateway_resource } = parts;
  const provider = parts.provider();
  const now = parts.now();
  const { client_id } = client;
  const granted = new provider.Grant({ accountId: user_id, clientId: client_id });
  granted.jti = await openGrantedSession(
    db,
    { user_id, client_id, client_name: client.name, authentication_methods },
    { now, expires_at: new Date(now.getTime() + parts.session_lifetime_s * 1_000) },
  );
  granted.addResourceScope(gateway_resource, [...scopes]);
  if (openid.length > 0) granted.addOIDCScope(openid);
  await granted.save();
  await parts.keepClient(client_id, now);
  const login = {
    accountId: user_id,
    amr: authentication_methods,
    ts: Math.floor(authenticated_at.getTime() / 1_000),
    remember: false,
  };
  const result = { login, consent: { grantId: granted.jti } };
  return provider.interactionResult(request, response, result, { mergeWithLastSubmission: false });
}

/** Browsers hold the page's form to `form-action` over all redirects that follow, up to the client. */
function allowFormTo(response: Response, redirect_uri: string): void {
  const policy = String(response.getHeader('content-security-policy') ?? '');
  response.set(
    'content-security-policy',
    policy.replace("form-action 'self'", `form-action 'self' ${redirectSource(redirect_uri)}`),
  );
}
