import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import { sendPage } from '../browser/page.js';
import type { Arrival } from './arrival.js';
import { arrive } from './arrive.js';
import { SIGN_IN_LIFETIME_MS } from './browser-binding.js';
import type { FederationDeps } from './deps.js';
import { refusedPage } from './pages.js';

const SEE_OTHER = 303;
const FORBIDDEN = 403;

/** Ends a sign-in elsewhere: in a session here, in the proof that an account is theirs, or at a page that says why not. */
export async function finish(
  deps: FederationDeps,
  { request, response }: { request: Request; response: Response },
  { arrival, return_to }: { arrival: Arrival; return_to: string },
): Promise<void> {
  const now = deps.now();
  const outcome = await arrive(deps, arrival, { now, traceparent: request.get('traceparent') ?? '' });
  if (outcome.kind === 'refused') {
    deps.logger.info({ provider: arrival.provider, why: outcome.why }, 'sign-in elsewhere refused');
    sendPage(response, refusedPage(outcome.why, arrival.provider_title), FORBIDDEN);
    return;
  }
  const { user_id } = outcome;
  if (outcome.kind === 'prove') {
    response.redirect(SEE_OTHER, await beginLink(deps, response, { arrival, user_id, return_to }));
    return;
  }
  deps.binding.release(response);
  const { authentication_methods } = arrival;
  await deps.browserSessions.open(response, { user_id, authentication_methods }, now);
  response.redirect(SEE_OTHER, return_to);
}

/** All links that wait for proof are of one "provider", so that they are found by their address alone. */
export const LINK = 'link';

async function beginLink(
  { signIns, binding, now }: FederationDeps,
  response: Response,
  payload: { arrival: Arrival; user_id: string; return_to: string },
): Promise<string> {
  const state = randomBytes(32).toString('base64url');
  const browser_hash = binding.bind(response);
  const at = now();
  await signIns.begin(
    { state, provider: LINK, browser_hash, payload },
    { now: at, expires_at: new Date(at.getTime() + SIGN_IN_LIFETIME_MS) },
  );
  return `/auth/link/${state}`;
}
