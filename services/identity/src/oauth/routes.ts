import type { Clock } from '@florin/chassis';
import { fault } from '@florin/faults';
import type { Express, RequestHandler } from 'express';
import { LRUCache } from 'lru-cache';
import type { Provider } from 'oidc-provider';
import { paths } from './paths.js';

const DOCUMENTS = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'];
const REGISTRATIONS_PER_HOUR = 60;
const HOUR_MS = 3_600_000;

/** The endpoints of the authorization server. */
export function oauthRoutes(
  app: Express,
  { provider, issuer, now }: { provider: () => Provider; issuer: string; now: Clock },
): void {
  const { protocol, host } = new URL(issuer);
  const serve: RequestHandler = (request, response) => {
    // What the library says of its own address is the issuer's, whatever name the request came by.
    request.headers.host = host;
    request.headers['x-forwarded-host'] = host;
    request.headers['x-forwarded-proto'] = protocol.slice(0, -1);
    return provider().callback()(request, response);
  };
  app.options(paths.register, openToBrowsers);
  app.post(paths.register, openToBrowsers, limitRegistrations(now));
  app.use((request, response, next) => {
    const { path } = request;
    if (path.startsWith('/oauth/') || DOCUMENTS.includes(path)) return serve(request, response, next);
    next();
  });
}

/** Clients in browsers register too. What they get is theirs alone, and no cookie says anything here. */
const openToBrowsers: RequestHandler = (request, response, next) => {
  response.set('access-control-allow-origin', '*');
  if (request.method !== 'OPTIONS') return next();
  response
    .set({ 'access-control-allow-methods': 'POST', 'access-control-allow-headers': 'content-type' })
    .status(204)
    .end();
};

/** In each process by itself: it bounds what one address can fill the table with, and need not be exact. */
function limitRegistrations(now: Clock): RequestHandler {
  const counted = new LRUCache<string, { since_ms: number; count: number }>({ max: 10_000 });
  return (request, _response, next) => {
    const address = request.ip ?? '';
    const at_ms = now().getTime();
    const known = counted.get(address);
    const entry =
      known !== undefined && at_ms - known.since_ms < HOUR_MS ? known : { since_ms: at_ms, count: 0 };
    entry.count += 1;
    counted.set(address, entry);
    if (entry.count > REGISTRATIONS_PER_HOUR) {
      throw fault(
        'RATE_LIMITED',
        'Too many clients have registered from this address. Try again in an hour.',
      );
    }
    next();
  };
}
