import type { CookieOptions, Request } from 'express';

export interface Cookie {
  name: string;
  options: CookieOptions;
}

const VALUE = /^[\w-]{43}$/;

/**
 * RFC 6265bis, section 4.1.3.2: `__Host-` says "that the cookie was set with a 'Secure' attribute, a 'Path' attribute
 * with a value of '/', and no 'Domain' attribute", so that no neighbour under the same domain can plant one. Local http
 * has no Secure and so no prefix.
 */
export function cookieOf(issuer: string, name: string): Cookie {
  const secure = new URL(issuer).protocol === 'https:';
  return {
    name: secure ? `__Host-${name}` : name,
    options: { httpOnly: true, sameSite: 'lax', secure, path: '/' },
  };
}

/** The first cookie of the name, 32 bytes in base64url; a value that none of ours has is as good as none. */
export function readCookie(request: Request, { name }: Cookie): string | undefined {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name && value !== undefined) return VALUE.test(value) ? value : undefined;
  }
  return undefined;
}
