import { addressBlocks, type Clock } from '@florin/chassis';
import { fault } from '@florin/faults';
import { judgeKey, rolesOfKey, scopesOfKey } from '../domain/api-key-rules.js';
import type { ApiKeyRow, FindShownKey } from '../store/api-keys.js';
import type { MeshToken, MeshTokens } from '../tokens/mesh-token.js';
import { isSameHash, type KeyEnvironment, readApiKey } from './api-key.js';
import type { KeyUse } from './key-use.js';

/** A mesh token, and how often its holder may call. */
export interface ExchangedKey extends MeshToken {
  /** 0 where there is no limit. */
  requests_per_minute: number;
}

/**
 * Turns an API key into a mesh token for its owner.
 * @throws Fault INVALID_TOKEN, TOKEN_EXPIRED, or PERMISSION_DENIED where it may not be used from that address
 */
export type ExchangeApiKey = (api_key: string, client_ip: string) => Promise<ExchangedKey>;

export function createApiKeyExchange(parts: {
  environment: KeyEnvironment;
  meshTokens: MeshTokens;
  findShownKey: FindShownKey;
  keyUse: KeyUse;
  now: Clock;
}): ExchangeApiKey {
  const { environment, meshTokens, findShownKey, keyUse, now } = parts;
  return async (api_key, client_ip) => {
    const shown = readApiKey(api_key, environment);
    if (shown === undefined) throw notHonoured('it is no key of this environment');
    const found = await findShownKey(shown.public_id);
    if (found === undefined) throw notHonoured('there is no such key');
    const { key, roles, suspended_at, access_changed_at, client_id, agent } = found;
    const judged = judgeKey(
      { ...key, suspended_at },
      {
        secret: whichSecret(key, shown.secret_hash),
        from_allowed_address: key.allowed_ips === null || addressBlocks(key.allowed_ips).has(client_ip),
      },
      now(),
    );
    if (judged.verdict === 'refused')
      throw notHonoured('wrong, revoked or replaced, or its owner is suspended');
    if (judged.verdict === 'expired') {
      throw fault('TOKEN_EXPIRED', 'The API key has expired. Ask the person for a new one.');
    }
    if (judged.verdict === 'wrong_address') {
      throw fault('PERMISSION_DENIED', 'This API key may not be used from this address.');
    }

    keyUse.note(key.key_id);
    const token = await meshTokens.issue(
      {
        subject: key.user_id,
        // What the agent that made the key may spend is what its keys may spend.
        client_id: client_id ?? key.key_id,
        key_id: key.key_id,
        agent,
        access_changed_at,
        key_changed_at: key.changed_at,
        roles: rolesOfKey(key.permissions, roles),
        scopes: scopesOfKey(key.permissions, roles),
        // RFC 8176 names how a person proves who they are. No person did.
        authentication_methods: [],
      },
      judged.not_after && Math.floor(judged.not_after.getTime() / 1_000),
    );
    return { ...token, requests_per_minute: key.requests_per_minute ?? 0 };
  };
}

function whichSecret(
  { secret_hash, previous_secret_hash }: Pick<ApiKeyRow, 'secret_hash' | 'previous_secret_hash'>,
  shown: string,
): 'current' | 'previous' | 'wrong' {
  if (isSameHash(secret_hash, shown)) return 'current';
  return previous_secret_hash !== null && isSameHash(previous_secret_hash, shown) ? 'previous' : 'wrong';
}

/** One answer for every key that is not honoured: which check failed is for our log. */
function notHonoured(cause: string) {
  return fault('INVALID_TOKEN', 'The API key is not valid here. Ask the person for a new one.', { cause });
}
