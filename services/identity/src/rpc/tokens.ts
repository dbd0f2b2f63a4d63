import { type RpcService, type RpcSupport, serveOpenRpc, serveRpc } from '@florin/chassis';
import { florin, type TokensHandlers } from '@florin/proto';
import type { Exchange } from '../tokens/exchange.js';
import type { IssueServiceToken } from '../tokens/service-token.js';

/** florin.identity.v1.Tokens. */
export function tokensRpc(
  { exchange, issueServiceToken }: { exchange: Exchange; issueServiceToken: IssueServiceToken },
  support: RpcSupport,
): RpcService {
  const handlers: TokensHandlers = {
    Exchange: serveRpc({ callers: ['gateway'], ...support }, ({ credential }) => exchange(credential)),
    IssueServiceToken: serveOpenRpc(support, (request) => issueServiceToken(request)),
  };
  return { definition: florin.identity.v1.Tokens.service, handlers };
}
