import { requestId } from '@florin/chassis';
import type { Express, Request, Response } from 'express';
import { z } from 'zod';
import { checkCsrf, formBody, formText, requireSession, sessionOf } from '../browser/forms.js';
import { sendPage } from '../browser/page.js';
import { linkFederatedUser } from '../store/federated-accounts.js';
import { arrival } from './arrival.js';
import type { FederationDeps } from './deps.js';
import { finish, LINK } from './finish.js';
import { confirmLinkPage, invalidAnswerPage, otherAccountPage, proofPage } from './pages.js';

const SEE_OTHER = 303;
const FORBIDDEN = 403;

const pendingLink = z.strictObject({ arrival, user_id: z.string(), return_to: z.string() });
type PendingLink = z.infer<typeof pendingLink>;

/** Connects somebody of another provider with an account that exists, after its owner has signed in to it. */
export function linkRoutes(app: Express, deps: FederationDeps): void {
  const { browserSessions, signIns, now } = deps;

  app.get('/auth/link/:state', async (request, response) => {
    const name = nameOf(deps, request);
    const pending = name && parse(await signIns.findOfBrowser(name, now()));
    if (pending === undefined) return refuse(request, response);
    const { path } = request;
    const { provider_title: provider, email = '' } = pending.arrival;
    const session = await browserSessions.current(request, now());
    if (session === undefined) return sendPage(response, proofPage(provider, email, path));
    if (session.user_id !== pending.user_id) {
      return sendPage(response, otherAccountPage(session, email), FORBIDDEN);
    }
    sendPage(response, confirmLinkPage({ provider, email, path }, session));
  });

  app.post(
    '/auth/link/:state',
    formBody,
    requireSession({ browserSessions, now }),
    checkCsrf(deps.issuer),
    async (request, response) => {
      const name = nameOf(deps, request);
      const pending = name && parse(await signIns.findOfBrowser(name, now()));
      // "Address exists here" was no proof, and neither is somebody else's session.
      if (!name || !pending || pending.user_id !== sessionOf(response).user_id)
        return refuse(request, response);
      if ((await signIns.take(name, now())) === undefined) return refuse(request, response);
      if (formText(request, 'decision') !== 'connect') {
        deps.binding.release(response);
        return response.redirect(SEE_OTHER, '/account/security');
      }
      await linkFederatedUser(deps.db, pending.user_id, pending.arrival, now());
      // As at any later sign-in: what the provider decides about holds from here on.
      await finish(deps, { request, response }, pending);
    },
  );
}

function nameOf({ binding }: FederationDeps, request: Request) {
  const browser_hash = binding.read(request);
  const { state } = request.params;
  if (browser_hash === undefined || typeof state !== 'string') return undefined;
  return { state, provider: LINK, browser_hash };
}

function parse(payload: unknown): PendingLink | undefined {
  return payload === undefined ? undefined : pendingLink.parse(payload);
}

function refuse(request: Request, response: Response): void {
  sendPage(response, invalidAnswerPage('the other provider', requestId(request)), FORBIDDEN);
}
