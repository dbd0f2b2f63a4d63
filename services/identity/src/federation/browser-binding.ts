import { createHash, randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import { cookieOf, readCookie } from '../browser/cookie.js';

/** How long a sign-in elsewhere may take. */
export const SIGN_IN_LIFETIME_MS = 10 * 60_000;

/** Ties a sign-in elsewhere to the browser that began it, so that nobody is signed in by a link that somebody prepared. */
export interface BrowserBinding {
  /** Marks the browser anew: of the sign-ins that it began, only the latest can be ended. */
  bind(response: Response): string;
  /** The hash by which {@link bind} marked this browser; undefined for any other. */
  read(request: Request): string | undefined;
  release(response: Response): void;
}

/**
 * The cookie is SameSite=Lax: it comes when a provider sends the browser back by GET, and not by POST. So what SAML posts
 * is checked, kept, and honoured at a page that is got.
 */
export function createBrowserBinding(issuer: string): BrowserBinding {
  const cookie = cookieOf(issuer, 'florin-elsewhere');
  return {
    bind(response) {
      const value = randomBytes(32).toString('base64url');
      response.cookie(cookie.name, value, { ...cookie.options, maxAge: SIGN_IN_LIFETIME_MS });
      return sha256(value);
    },
    read(request) {
      const value = readCookie(request, cookie);
      return value === undefined ? undefined : sha256(value);
    },
    release(response) {
      response.clearCookie(cookie.name, cookie.options);
    },
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
