import { createHash, randomBytes } from 'node:crypto';
import { idToUuid } from '@florin/chassis';
import type { IdentityUnderTest } from './identity-under-test.js';

/** Somebody's browser, signed in at identity's pages. */
export interface SignedInBrowser {
  cookie: string;
  get(path: string): Promise<{ status: number; text: string; location: string | null }>;
  /** Sends a form of a page that this browser has opened. */
  submit(
    path: string,
    fields: Record<string, string>,
    headers?: Record<string, string>,
  ): Promise<{ status: number; text: string; location: string | null }>;
}

export async function signedInBrowser(
  identity: IdentityUnderTest,
  user_id: string,
  { now = new Date(), amr = ['pwd'] }: { now?: Date; amr?: string[] } = {},
): Promise<SignedInBrowser> {
  const value = randomBytes(32).toString('base64url');
  await identity.sql`
    insert into browser_sessions
      (session_hash, user_id, authentication_methods, authenticated_at, last_used_at, expires_at)
    values (${createHash('sha256').update(value).digest('hex')}, ${idToUuid(user_id, 'usr')}, ${amr},
      ${now}, ${now}, ${new Date(now.getTime() + 3_600_000)})`;
  const cookie = `florin=${value}`;
  const send = async (path: string, init: RequestInit) => {
    const response = await fetch(`${identity.url}${path}`, { ...init, redirect: 'manual' });
    return {
      status: response.status,
      text: await response.text(),
      location: response.headers.get('location'),
    };
  };
  const get = (path: string) => send(path, { headers: { cookie, accept: 'text/html' } });
  return {
    cookie,
    get,
    submit(path, fields, headers = {}) {
      return send(path, {
        method: 'POST',
        headers: { cookie, accept: 'text/html', origin: identity.url, ...headers },
        body: new URLSearchParams(fields),
      });
    },
  };
}

/** The hidden field of a page's first form. */
export function csrfOf(page: string): string {
  return /name="csrf" value="([\w-]+)"/.exec(page)?.[1] ?? '';
}
