import type { Clock } from '@florin/chassis';
import type { Db } from '@florin/postgres';
import type { RequestHandler } from 'express';
import type { BrowserSession } from '../browser/browser-session.js';
import { sessionOf } from '../browser/forms.js';
import { factorsOf } from '../store/factors.js';

const FRESH_MS = 10 * 60_000;
const SEE_OTHER = 303;

/**
 * Behind requireSession: lets on who has no second factor, or has shown it within ten minutes, and leads everybody else to
 * do so and back. What is decided here moves money, and a browser that was left open is not the person.
 *
 * @param return_to the page to come back to, where it is not the one that was asked for
 */
export function requireFreshFactor({
  db,
  now,
  return_to,
}: {
  db: Db;
  now: Clock;
  return_to?: string;
}): RequestHandler {
  return async (request, response, next) => {
    const session = sessionOf(response);
    if (isFresh(session, now()) || (await factorsOf(db, session.user_id)).length === 0) return next();
    const back = encodeURIComponent(return_to ?? request.path);
    response.redirect(SEE_OTHER, `/sign-in?fresh&return_to=${back}`);
  };
}

/** RFC 8176: "mfa" is "Multiple-factor authentication". */
function isFresh({ authentication_methods, authenticated_at }: BrowserSession, now: Date): boolean {
  return now.getTime() - authenticated_at.getTime() < FRESH_MS && authentication_methods.includes('mfa');
}
