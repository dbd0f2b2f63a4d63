import { createHash } from 'node:crypto';
import {
  type Clock,
  channelOptions,
  groundsOfToken,
  type Revocations,
  type ServiceTokens,
} from '@florin/chassis';
import { asFault, fault, fromGrpcError } from '@florin/faults';
import { florin, type TokensClient } from '@florin/proto';
import { credentials, Metadata } from '@grpc/grpc-js';
import { decodeJwt } from 'jose';
import { LRUCache } from 'lru-cache';
import { type Caller, signedIn } from './caller.js';

/** What a client shows, and from where. */
export interface Shown {
  credential: string;
  client_ip: string;
}

/** Turns the credential that a client shows into who is calling. */
export interface Exchange {
  /**
   * Asks identity, once for each credential until the mesh token is about to expire or is revoked.
   *
   * @throws Fault of code UNAUTHENTICATED where the credential is not good, UNAVAILABLE while identity cannot be asked
   */
  caller(shown: Shown, request_id: string): Promise<Caller>;
  /** A service has refused the mesh token of this caller: the next time identity is asked anew. */
  forget(caller: Caller): void;
  close(): void;
}

const DEADLINE_MS = 3_000;
/** A mesh token is checked when a call arrives at a service, so this much is enough for the way there. */
const MARGIN_MS = 10_000;
const CREDENTIALS_MAX = 10_000;

interface ExchangeOptions {
  identity_address: string;
  /** The gateway's own: identity exchanges credentials for the gateway alone. */
  tokens: ServiceTokens;
  revocations: Revocations;
  now: Clock;
}

export function createExchange({ identity_address, tokens, revocations, now }: ExchangeOptions): Exchange {
  const client = new florin.identity.v1.Tokens(
    identity_address,
    credentials.createInsecure(),
    channelOptions,
  );
  const known = new LRUCache<string, { caller: Caller; fresh_until_ms: number }>({ max: CREDENTIALS_MAX });
  const hashes = new WeakMap<Caller, string>();
  const underWay = new Map<string, Promise<Caller>>();

  async function ask(shown: Shown, hash: string, request_id: string): Promise<Caller> {
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${await ownToken(tokens)}`);
    metadata.set('x-request-id', request_id);
    const { mesh_token, expires_at_s, requests_per_minute } = await exchange(client, shown, metadata);
    const expires_at_ms = Number(expires_at_s) * 1_000;
    const caller = signedIn(mesh_token, { ...readToken(mesh_token), expires_at_ms, requests_per_minute });
    const fresh_until_ms = expires_at_ms - MARGIN_MS;
    if (fresh_until_ms > now().getTime()) known.set(hash, { caller, fresh_until_ms });
    hashes.set(caller, hash);
    return caller;
  }

  /** Who a credential was exchanged for before, as long as that holds. */
  async function remembered(hash: string): Promise<Caller | undefined> {
    const cached = known.get(hash);
    if (cached === undefined || now().getTime() >= cached.fresh_until_ms) return undefined;
    try {
      await revocations.check(cached.caller.grounds);
    } catch (error) {
      // Whether identity still vouches for the token is asked by each service again, which answers in the form of the call.
      if (asFault(error).code === 'UNAVAILABLE') return cached.caller;
      if (known.peek(hash) === cached) known.delete(hash);
      return undefined;
    }
    return cached.caller;
  }

  return {
    async caller(shown, request_id) {
      // Kept by its hash: what the process holds in memory for long opens nothing by itself. With the address, since a key
      // that is good from one may be refused from another.
      const hash = createHash('sha256').update(`${shown.client_ip} ${shown.credential}`).digest('base64');
      const cached = await remembered(hash);
      if (cached !== undefined) return cached;
      // A client that opens with twenty calls at once costs one exchange.
      const asked = underWay.get(hash) ?? ask(shown, hash, request_id).finally(() => underWay.delete(hash));
      underWay.set(hash, asked);
      return asked;
    },
    forget(caller) {
      const hash = hashes.get(caller);
      // Another call may have had it exchanged meanwhile.
      if (hash !== undefined && known.peek(hash)?.caller === caller) known.delete(hash);
    },
    close: () => client.close(),
  };
}

/** Identity has just made it: nothing about it is to be doubted. */
function readToken(mesh_token: string) {
  const payload = decodeJwt<MeshClaims>(mesh_token);
  const { sub = '', client_id, scope, tools, key_id } = payload;
  return {
    user_id: sub,
    client_id: typeof client_id === 'string' ? client_id : '',
    scopes: typeof scope === 'string' ? scope.split(' ').filter((part) => part !== '') : [],
    ...(Array.isArray(tools) && { tools: tools.filter((tool) => typeof tool === 'string') }),
    grounds: groundsOfToken(payload),
    ...(typeof key_id === 'string' && { key_id }),
  };
}

interface MeshClaims {
  client_id?: unknown;
  scope?: unknown;
  tools?: unknown;
  key_id?: unknown;
}

/** That identity refuses the gateway itself is our trouble: told as it is, clients would throw their tokens away. */
async function ownToken(tokens: ServiceTokens): Promise<string> {
  try {
    return await tokens.get();
  } catch (error) {
    throw fault('UNAVAILABLE', 'Sign-ins cannot be checked right now. Try again in a few seconds.', {
      cause: error,
    });
  }
}

function exchange(
  client: TokensClient,
  shown: Shown,
  metadata: Metadata,
): Promise<{ mesh_token: string; expires_at_s: string; requests_per_minute: number }> {
  return new Promise((resolve, reject) => {
    client.Exchange(shown, metadata, { deadline: Date.now() + DEADLINE_MS }, (error, response) => {
      if (error !== null) reject(fromGrpcError(error));
      else if (response === undefined) reject(fault('INTERNAL', 'Identity answered nothing.'));
      else resolve(response);
    });
  });
}
