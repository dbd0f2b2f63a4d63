import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Db } from '@florin/postgres';
import { and, eq, gt, isNull, lt } from 'drizzle-orm';
import type { Request, Response } from 'express';
import { users } from '../store/schema.js';
import { browser_sessions } from '../store/schema-accounts.js';
import { cookieOf, readCookie } from './cookie.js';

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

/** @param issuer identity's public URL; with https the cookie is sent over nothing else */
export function createBrowserSessions({ db, issuer }: { db: Db; issuer: string }): BrowserSessions {
  const cookie = cookieOf(issuer, 'florin');
  const cookieValue = (request: Request) => readCookie(request, cookie);

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

function hash(value: string): string {
  return createHash('sha256').update(value).digest('hex');
}

/** Follows from the cookie, which no script can read, so that it need not be kept. */
function csrfOf(value: string): string {
  return createHmac('sha256', value).update('csrf').digest('base64url');
}
