import { createHash, randomBytes } from 'node:crypto';
import { idToUuid } from '@florin/chassis';
import type { IdentityUnderTest } from './identity-under-test.js';

/** A browser as far as pages without scripts need one: it keeps cookies, and follows no redirect by itself. */
export interface TestBrowser {
  get(path: string): Promise<Response>;
  post(path: string, form: Record<string, string>): Promise<Response>;
  /** Signs somebody in, without the sign-in page. */
  signIn(user_id: string): Promise<void>;
}

export function testBrowser({ url, sql }: Pick<IdentityUnderTest, 'url' | 'sql'>): TestBrowser {
  const jar = new Map<string, { value: string; path: string }>();

  async function send(path: string, init: RequestInit): Promise<Response> {
    const target = new URL(path, url);
    const cookie = [...jar]
      .filter(([, { path: scope }]) => target.pathname.startsWith(scope))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
    const headers = { accept: 'text/html', cookie, ...init.headers };
    const response = await fetch(target, { ...init, headers, redirect: 'manual' });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      const scope = /path=([^;]+)/i.exec(set)?.[1] ?? '/';
      if (value === '') jar.delete(name);
      else jar.set(name, { value, path: scope });
    }
    return response;
  }

  return {
    get: (path) => send(path, {}),
    post: (path, form) =>
      send(path, { method: 'POST', body: new URLSearchParams(form), headers: { origin: url } }),
    async signIn(user_id) {
      const value = randomBytes(32).toString('base64url');
      const hash = createHash('sha256').update(value).digest('hex');
      await sql`insert into browser_sessions
        (session_hash, user_id, authentication_methods, authenticated_at, last_used_at, expires_at)
        values (${hash}, ${idToUuid(user_id, 'usr')}, '{pwd}', now(), now(), now() + interval '1 hour')`;
      jar.set('florin', { value, path: '/' });
    },
  };
}

/** A field of the form that a page shows. */
export function fieldOf(page: string, name: string): string {
  return new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? '';
}
