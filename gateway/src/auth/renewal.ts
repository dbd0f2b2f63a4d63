import { fault } from '@florin/faults';
import type { Caller } from './caller.js';
import { bearerCredential } from './credential.js';
import type { Exchange } from './exchange.js';

/**
 * What a stream needs that outlives the request which opened it, and a call whose mesh token was refused.
 *
 * @param refused the caller whose mesh token a service has refused: that one is not what comes of it again
 */
export type Renew = (
  sender: { authorization: string | undefined; client_ip: string; request_id: string },
  refused?: Caller,
) => () => Promise<Caller>;

/** The way to learn who a request's credential stands for later: it may have been revoked, or have expired. */
export function createRenew(exchange: Exchange): Renew {
  return ({ authorization, client_ip, request_id }, refused) => {
    const credential = bearerCredential(authorization);
    return async () => {
      if (credential === undefined) throw fault('UNAUTHENTICATED', 'Sign in first.');
      if (refused !== undefined) exchange.forget(refused);
      return exchange.caller({ credential, client_ip }, request_id);
    };
  };
}
