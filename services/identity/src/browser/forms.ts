import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '@florin/chassis';
import { fault } from '@florin/faults';
import express, { type Request, type RequestHandler, type Response } from 'express';
import type { BrowserSession, BrowserSessions } from './browser-session.js';

const SEE_OTHER = 303;

/** Reads the body of a form. A field that is named twice arrives as an array, which schemas refuse. */
export const formBody: RequestHandler = express.urlencoded({
  limit: '64kb',
  extended: false,
  parameterLimit: 100,
});

/** Lets in who is signed in, whom {@link sessionOf} then knows, and leads everybody else to the sign-in and back. */
export function requireSession({
  browserSessions,
  now,
}: {
  browserSessions: BrowserSessions;
  now: Clock;
}): RequestHandler {
  return async (request, response, next) => {
    const session = await browserSessions.current(request, now());
    if (session === undefined) {
      response.redirect(SEE_OTHER, `/sign-in?return_to=${encodeURIComponent(request.originalUrl)}`);
      return;
    }
    response.locals.browser_session = session;
    next();
  };
}

/** The session that {@link requireSession} let in. */
export function sessionOf(response: Response): BrowserSession {
  const session: BrowserSession | undefined = response.locals.browser_session;
  if (session === undefined) throw new Error('the route lacks requireSession');
  return session;
}

/**
 * Refuses a POST that another site's page sent. For the forms of who is not signed in yet; the others have
 * {@link checkCsrf}, which does this too.
 *
 * `Sec-Fetch-Site` goes first: under some referrer policies browsers send "Origin: null" even to the same origin.
 */
export function checkOrigin(issuer: string): RequestHandler {
  const { origin } = new URL(issuer);
  return (request, _response, next) => {
    const site = request.get('sec-fetch-site');
    if (site === undefined ? request.get('origin') === origin : site === 'same-origin') return next();
    throw fault(
      'PERMISSION_DENIED',
      'This form was not sent from its own page. Open the page and try again.',
    );
  };
}

/** Refuses a POST that did not come from a form of this very session. Behind {@link formBody} and {@link requireSession}. */
export function checkCsrf(issuer: string): RequestHandler {
  const sameOrigin = checkOrigin(issuer);
  return (request, response, next) => {
    const given: unknown = (request.body as { csrf?: unknown } | undefined)?.csrf;
    if (typeof given !== 'string' || !isSame(given, sessionOf(response).csrf)) {
      throw fault('PERMISSION_DENIED', 'This form is out of date. Reload the page and try again.');
    }
    sameOrigin(request, response, next);
  };
}

/** In a time that says nothing of where the two differ. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

const MAX_PATH_LENGTH = 2_048;

/**
 * Where to go on after the sign-in: a path of this site, with its query. What could lead elsewhere is none: browsers take
 * `//host` for another site, read a backslash as a slash, and drop tabs and line feeds.
 *
 * @returns undefined for everything else
 */
export function localPath(text: unknown): string | undefined {
  if (typeof text !== 'string' || text.length > MAX_PATH_LENGTH) return undefined;
  return /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(text) ? text : undefined;
}

/** The field of a form; '' where it is missing or came twice. */
export function formText(request: Request, name: string): string {
  const value: unknown = (request.body as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value : '';
}
