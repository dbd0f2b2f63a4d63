import { type Revocation, type RpcService, type RpcSupport, serveOpenRpc, serveRpc } from '@florin/chassis';
import { florin, type TokensHandlers } from '@florin/proto';
import { looksLikeApiKey } from '../api-keys/api-key.js';
import type { ExchangeApiKey } from '../api-keys/exchange-api-key.js';
import type { Exchange } from '../tokens/exchange.js';
import type { IssueServiceToken } from '../tokens/service-token.js';

interface TokensParts {
  exchange: Exchange;
  exchangeApiKey: ExchangeApiKey;
  issueServiceToken: IssueServiceToken;
  listRevocations: () => Promise<Revocation[]>;
  /** All that have a secret. */
  services: readonly string[];
}

/** florin.identity.v1.Tokens. */
export function tokensRpc(
  { exchange, exchangeApiKey, issueServiceToken, listRevocations, services }: TokensParts,
  support: RpcSupport,
): RpcService {
  const handlers: TokensHandlers = {
    Exchange: serveRpc({ callers: ['gateway'], ...support }, ({ credential, client_ip }) =>
      looksLikeApiKey(credential) ? exchangeApiKey(credential, client_ip) : exchange(credential),
    ),
    IssueServiceToken: serveOpenRpc(support, (request) => issueServiceToken(request)),
    ListRevocations: serveRpc({ callers: services, ...support }, async () => ({
      revocations: await listRevocations(),
    })),
  };
  return { definition: florin.identity.v1.Tokens.service, handlers };
}
