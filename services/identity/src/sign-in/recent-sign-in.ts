import type { Clock } from '@florin/chassis';
import type { Db } from '@florin/postgres';
import type { RequestHandler } from 'express';
import type { BrowserSession } from '../browser/browser-session.js';
import { sessionOf } from '../browser/forms.js';
import { factorsOf } from '../store/factors.js';

const RECENT_MS = 10 * 60_000;
const SEE_OTHER = 303;

interface Parts {
  db: Db;
  now: Clock;
  /** The page to come back to, where it is not the one that was asked for. */
  return_to?: string;
}

/**
 * Behind requireSession: lets on who has signed in within ten minutes, with the second factor where there is one, and
 * leads everybody else to do so and back. A browser that was left open is not the person.
 */
export function requireRecentSignIn(parts: Parts): RequestHandler {
  return demand(
    parts,
    (session, hasFactor) => isRecent(session, parts.now()) && (!hasFactor || isMfa(session)),
  );
}

/** The same, but of those alone who have a second factor: the others are let on however long ago they signed in. */
export function requireFreshFactor(parts: Parts): RequestHandler {
  return demand(
    parts,
    (session, hasFactor) => !hasFactor || (isRecent(session, parts.now()) && isMfa(session)),
  );
}

function demand(
  { db, return_to }: Parts,
  suffices: (session: BrowserSession, hasFactor: boolean) => boolean,
): RequestHandler {
  return async (request, response, next) => {
    const session = sessionOf(response);
    const hasFactor = (await factorsOf(db, session.user_id)).length > 0;
    if (suffices(session, hasFactor)) return next();
    const back = encodeURIComponent(return_to ?? request.path);
    response.redirect(SEE_OTHER, `/sign-in?fresh&return_to=${back}`);
  };
}

function isRecent({ authenticated_at }: BrowserSession, now: Date): boolean {
  return now.getTime() - authenticated_at.getTime() < RECENT_MS;
}

/** RFC 8176: "mfa" is "Multiple-factor authentication". Said of Florin's own factors alone. */
function isMfa({ authentication_methods }: BrowserSession): boolean {
  return authentication_methods.includes('mfa');
}
