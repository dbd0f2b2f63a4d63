import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Db } from '@florin/postgres';
import { and, eq, gt, isNull, lt } from 'drizzle-orm';
import type { CookieOptions, Request, Response } from 'express';
import { users } from '../store/schema.js';
import { browser_sessions } from '../store/schema-accounts.js';

/** Somebody who is signed in at identity's own pages. */
export interface BrowserSession {
  user_id: string;
  /** RFC 8176. */
  authentication_methods: string[];
  authenticated_at: Date;
  /** What every form of this session must bring back: see {@link csrfField} and {@link checkCsrf}. */
  csrf: string;
}

/** Sessions of browsers: the only place where approvals are granted and clients are given access. */
export interface BrowserSessions {
  /** A new session under a new cookie, whatever the browser brought before: nobody can be signed in into a prepared one. */
  open(
    response: Response,
    who: { user_id: string; authentication_methods: string[] },
    now: Date,
  ): Promise<void>;
  /** @returns undefined where nobody is signed in, the session has run out, or its owner is suspended */
  current(request: Request, now: Date): Promise<BrowserSession | undefined>;
  end(request: Request, response: Response, now: Date): Promise<void>;
}

const LIFETIME_MS = 12 * 3_600_000;
const IDLE_MS = 3_600_000;
/** Looking is not worth a write each time. */
const TOUCH_MS = 60_000;
const COOKIE_VALUE = /^[\w-]{43}$/;

/** @param issuer identity's public URL; with https the cookie is sent over nothing else */
export function createBrowserSessions({ db, issuer }: { db: Db; issuer: string }): BrowserSessions {
  const cookie = cookieOf(issuer);
  const cookieValue = (request: Request) => readCookie(request, cookie.name);

  return {
    async open(response, { user_id, authentication_methods }, now) {
      const value = randomBytes(32).toString('base64url');
      await db.insert(browser_sessions).values({
        session_hash: hash(value),
        user_id,
        authentication_methods,
        authenticated_at: now,
        last_used_at: now,
        expires_at: new Date(now.getTime() + LIFETIME_MS),
      });
      response.cookie(cookie.name, value, cookie.options);
    },

    async current(request, now) {
      const value = cookieValue(request);
      if (value === undefined) return undefined;
      const session_hash = hash(value);
      const found = await findRunning(db, session_hash, now);
      if (found === undefined) return undefined;
      const { last_used_at, ...session } = found;
      if (now.getTime() - last_used_at.getTime() >= TOUCH_MS) await touch(db, session_hash, now);
      return { ...session, csrf: csrfOf(value) };
    },

    async end(request, response, now) {
      const value = cookieValue(request);
      if (value !== undefined) {
        await db
          .update(browser_sessions)
          .set({ revoked_at: now })
          .where(and(eq(browser_sessions.session_hash, hash(value)), isNull(browser_sessions.revoked_at)));
      }
      response.clearCookie(cookie.name, cookie.options);
    },
  };
}

/**
 * RFC 6265bis, section 4.1.3.2: `__Host-` says "that the cookie was set with a 'Secure' attribute, a 'Path' attribute
 * with a value of '/', and no 'Domain' attribute", so that no neighbour under the same domain can plant one. Local http
 * has no Secure and so no prefix.
 */
function cookieOf(issuer: string): { name: string; options: CookieOptions } {
  const secure = new URL(issuer).protocol === 'https:';
  return {
    name: secure ? '__Host-florin' : 'florin',
    options: { httpOnly: true, sameSite: 'lax', secure, path: '/' },
  };
}

/** By the cookie, since whoever has it is its owner. */
async function findRunning(db: Db, session_hash: string, now: Date) {
  const [session] = await db
    .select({
      user_id: browser_sessions.user_id,
      authentication_methods: browser_sessions.authentication_methods,
      authenticated_at: browser_sessions.authenticated_at,
      last_used_at: browser_sessions.last_used_at,
    })
    .from(browser_sessions)
    .innerJoin(users, eq(users.user_id, browser_sessions.user_id))
    .where(
      and(
        eq(browser_sessions.session_hash, session_hash),
        isNull(browser_sessions.revoked_at),
        gt(browser_sessions.expires_at, now),
        gt(browser_sessions.last_used_at, new Date(now.getTime() - IDLE_MS)),
        isNull(users.suspended_at),
      ),
    );
  return session;
}

async function touch(db: Db, session_hash: string, now: Date): Promise<void> {
  await db
    .update(browser_sessions)
    .set({ last_used_at: now })
    .where(and(eq(browser_sessions.session_hash, session_hash), lt(browser_sessions.last_used_at, now)));
}

/** The first cookie of the name; a value that none of ours has is as good as none. */
function readCookie(request: Request, name: string): string | undefined {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name && value !== undefined) return COOKIE_VALUE.test(value) ? value : undefined;
  }
  return undefined;
}

function hash(value: string): string {
  return createHash('sha256').update(value).digest('hex');
}

/** Follows from the cookie, which no script can read, so that it need not be kept. */
function csrfOf(value: string): string {
  return createHmac('sha256', value).update('csrf').digest('base64url');
}
