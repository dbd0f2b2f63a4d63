import { type RpcService, serveOpenRpc, serveRpc, type VerifyActor } from '@florin/chassis';
import type { Fault } from '@florin/faults';
import { florin, type TokensHandlers } from '@florin/proto';
import type { Exchange } from '../tokens/exchange.js';
import type { IssueServiceToken } from '../tokens/service-token.js';

/** florin.identity.v1.Tokens. */
export function tokensRpc(
  { exchange, issueServiceToken }: { exchange: Exchange; issueServiceToken: IssueServiceToken },
  mapping: { verify: VerifyActor; toFault?: (error: unknown) => Fault | undefined },
): RpcService {
  const handlers: TokensHandlers = {
    Exchange: serveRpc({ callers: ['gateway'], ...mapping }, ({ credential }) => exchange(credential)),
    IssueServiceToken: serveOpenRpc(issueServiceToken, mapping.toFault),
  };
  return { definition: florin.identity.v1.Tokens.service, handlers };
}
