import { fault, fromGrpcError } from '@florin/faults';
import { florin, type TokensClient } from '@florin/proto';
import { credentials } from '@grpc/grpc-js';
import { LRUCache } from 'lru-cache';
import type { Clock } from './clock.js';

/** Channel options for every client of the mesh: a dead peer is noticed, and a new connection is tried soon. */
export const channelOptions = {
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 3_000,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  'grpc.max_receive_message_length': 4 * 1024 * 1024,
} as const;

/** Gets this service's own mesh tokens from identity, and keeps each until shortly before it expires. */
export interface ServiceTokens {
  /** @param on_behalf_of the person for whom the service acts; none when it acts for itself */
  get(on_behalf_of?: string): Promise<string>;
  close(): void;
}

const DEADLINE_MS = 3_000;
/** A token is not used in its last half minute, so that it outlives the call that it goes with. */
const MARGIN_MS = 30_000;

export function createServiceTokens(options: {
  service: string;
  secret: string;
  identity_address: string;
  now: Clock;
}): ServiceTokens {
  const { service, secret, identity_address, now } = options;
  const client = new florin.identity.v1.Tokens(
    identity_address,
    credentials.createInsecure(),
    channelOptions,
  );
  const cache = new LRUCache<string, { token: string; fresh_until_ms: number }>({ max: 10_000 });
  /** What is being asked for: a stream's token that runs out is missed by hundreds of calls at once. */
  const asked = new Map<string, Promise<string>>();

  async function renew(on_behalf_of: string): Promise<string> {
    const { mesh_token, expires_at_s } = await issue(client, { service, secret, on_behalf_of });
    cache.set(on_behalf_of, {
      token: mesh_token,
      fresh_until_ms: Number(expires_at_s) * 1_000 - MARGIN_MS,
    });
    return mesh_token;
  }

  return {
    async get(on_behalf_of = '') {
      const cached = cache.get(on_behalf_of);
      if (cached !== undefined && now().getTime() < cached.fresh_until_ms) return cached.token;
      const waiting = asked.get(on_behalf_of);
      if (waiting !== undefined) return waiting;
      const renewed = renew(on_behalf_of).finally(() => asked.delete(on_behalf_of));
      asked.set(on_behalf_of, renewed);
      return renewed;
    },
    close: () => client.close(),
  };
}

function issue(
  client: TokensClient,
  request: { service: string; secret: string; on_behalf_of: string },
): Promise<{ mesh_token: string; expires_at_s: string }> {
  return new Promise((resolve, reject) => {
    client.IssueServiceToken(request, { deadline: Date.now() + DEADLINE_MS }, (error, response) => {
      if (error !== null) reject(fromGrpcError(error));
      else if (response === undefined) reject(fault('INTERNAL', 'Identity answered nothing.'));
      else resolve(response);
    });
  });
}
