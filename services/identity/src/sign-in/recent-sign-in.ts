import type { Clock } from '@florin/chassis';
import type { Db } from '@florin/postgres';
import type { RequestHandler } from 'express';
import type { BrowserSession } from '../browser/browser-session.js';
import { sessionOf } from '../browser/forms.js';
import { factorsOf } from '../store/factors.js';

const RECENT_MS = 10 * 60_000;
const SEE_OTHER = 303;

/**
 * Behind requireSession: lets on who has signed in within ten minutes, with the second factor where there is one, and
 * leads everybody else to do so and back. A browser that was left open is not the person.
 */
export function requireRecentSignIn(parts: { db: Db; now: Clock; return_to: string }): RequestHandler {
  return async (_request, response, next) => {
    const session = sessionOf(response);
    const wanted = (await factorsOf(parts.db, session.user_id)).length > 0;
    if (isRecent(session, wanted, parts.now())) return next();
    response.redirect(SEE_OTHER, `/sign-in?fresh&return_to=${encodeURIComponent(parts.return_to)}`);
  };
}

function isRecent(session: BrowserSession, second_factor: boolean, now: Date): boolean {
  const { authenticated_at, authentication_methods } = session;
  if (now.getTime() - authenticated_at.getTime() >= RECENT_MS) return false;
  return !second_factor || authentication_methods.includes('mfa');
}
