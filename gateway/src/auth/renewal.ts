import { fault } from '@florin/faults';
import type { Caller } from './caller.js';
import { bearerCredential } from './credential.js';
import type { Exchange } from './exchange.js';

/** What a stream needs that outlives the request which opened it. */
export type Renew = (sender: {
  authorization: string | undefined;
  client_ip: string;
  request_id: string;
}) => () => Promise<Caller>;

/** The way to learn who a request's credential stands for later: it may have been revoked, or have expired. */
export function createRenew(exchange: Exchange): Renew {
  return ({ authorization, client_ip, request_id }) => {
    const credential = bearerCredential(authorization);
    return async () => {
      if (credential === undefined) throw fault('UNAUTHENTICATED', 'Sign in first.');
      return exchange.caller({ credential, client_ip }, request_id);
    };
  };
}
