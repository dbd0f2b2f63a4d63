import { fromFailure } from '@florin/faults';
import { florin, type ReceivedScreenResponse, type ScreeningClient, type ScreenRequest } from '@florin/proto';
import { credentials } from '@grpc/grpc-js';
import type { Logger } from '../logger.js';
import type { ServiceTokens } from '../service-token.js';
import { StreamClient, streamChannelOptions } from './stream-client.js';

/** Above fraud's own budget (10 ms for 99 of 100), and below what a person notices. */
const TIMEOUT_MS = 300;

export type Verdict = 'approve' | 'challenge' | 'hold' | 'decline';

const verdicts: Readonly<Record<string, Verdict>> = {
  VERDICT_APPROVE: 'approve',
  VERDICT_CHALLENGE: 'challenge',
  VERDICT_HOLD: 'hold',
  VERDICT_DECLINE: 'decline',
};

export type ToScreen = Omit<ScreenRequest, 'request_id' | 'service_token'>;

/** What fraud thinks of what is about to move money. */
export interface Screen {
  /** @throws where it cannot be asked, or does not answer within 300 ms */
  screen(request: ToScreen): Promise<Verdict>;
  close(): Promise<void>;
}

/** florin.fraud.v1.Screening, over one stream. */
export function createScreen(options: {
  fraud_address: string;
  tokens: Pick<ServiceTokens, 'get'>;
  logger: Logger;
}): Screen {
  const { fraud_address, tokens, logger } = options;
  const stream = new StreamClient<ScreeningClient, ScreenRequest, ReceivedScreenResponse>({
    name: 'The fraud screening',
    client: () =>
      new florin.fraud.v1.Screening(fraud_address, credentials.createInsecure(), streamChannelOptions),
    open: (client) => client.Screen(),
    logger,
  });
  return {
    async screen(request) {
      const service_token = await tokens.get();
      const { failure, decision } = await stream.ask({ service_token, ...request }, TIMEOUT_MS);
      if (failure) throw fromFailure(failure);
      const verdict = verdicts[decision?.verdict ?? ''];
      // A newer fraud may have learnt a word that we do not know: that is no permission.
      if (verdict === undefined) throw new Error(`fraud answered ${decision?.verdict}`);
      return verdict;
    },
    close: () => stream.close(),
  };
}
