import type { KoaContextWithOIDC } from 'oidc-provider';
import { paths } from './paths.js';

/**
 * Who is signed in is said by identity's own browser session and by nothing else: the library's is neither read nor kept, or
 * it would go on after signing out.
 */
export async function withoutSession(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  const { cookie } = ctx.req.headers;
  if (cookie !== undefined)
    ctx.req.headers.cookie = cookie.replace(/(^|;\s*)oauth_session(\.sig)?=[^;]*/g, '');
  await next();
  const set = ctx.res.getHeader('set-cookie');
  if (Array.isArray(set)) {
    const kept = set.filter((one) => !/^oauth_session(\.sig)?=/.test(one));
    if (kept.length === 0) ctx.res.removeHeader('set-cookie');
    else ctx.res.setHeader('set-cookie', kept);
  }
}

/**
 * The other ways back that the library knows are for tokens in the browser, which there are none of here, or need a script,
 * which our pages forbid. A mode that it does not know is answered by an error in the query.
 */
export async function answersInQuery(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  const { response_mode = 'query' } = ctx.query;
  if (ctx.path === paths.authorize && response_mode !== 'query') {
    ctx.query = { ...ctx.query, response_mode: 'unsupported' };
  }
  await next();
  const { body } = ctx;
  if (typeof body === 'object' && body !== null && 'response_modes_supported' in body) {
    body.response_modes_supported = ['query'];
  }
}
