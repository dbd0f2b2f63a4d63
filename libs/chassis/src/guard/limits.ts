import { fault, fromFailure } from '@florin/faults';
import type { Money } from '@florin/money';
import { florin, type LimitsClient, type ReceivedSpendResponse, type SpendRequest } from '@florin/proto';
import { credentials } from '@grpc/grpc-js';
import type { Logger } from '../logger.js';
import type { ServiceTokens } from '../service-token.js';
import { StreamClient, streamChannelOptions } from './stream-client.js';

const TIMEOUT_MS = 2_000;

export interface Spending {
  agent_id: string;
  user_id: string;
  operation_id: string;
  total: Money;
  /** Consumed by this operation: the person has allowed what exceeds the limits. */
  approval_id?: string | undefined;
}

/** What an agent may still spend without asking; a limit that is not set is not there. */
export interface LimitsLeft {
  per_transaction?: Money;
  today?: Money;
}

/** What the person lets an agent spend, kept by identity for all services. */
export interface Limits {
  /**
   * @returns undefined where it was reserved, or had been; else how it does not fit, in words
   * @throws Fault
   */
  reserve(spending: Spending): Promise<string | undefined>;
  /** @throws Fault */
  commit(operation: Pick<Spending, 'user_id' | 'operation_id'>): Promise<void>;
  /** @throws Fault */
  release(operation: Pick<Spending, 'user_id' | 'operation_id'>): Promise<void>;
  /** @throws Fault */
  look(agent: Pick<Spending, 'agent_id' | 'user_id'>): Promise<LimitsLeft>;
  close(): Promise<void>;
}

type Action = Pick<SpendRequest, 'reserve' | 'commit' | 'release' | 'look'>;

/** florin.identity.v1.Limits, over one stream. */
export function createLimits(options: {
  identity_address: string;
  tokens: Pick<ServiceTokens, 'get'>;
  logger: Logger;
}): Limits {
  const { identity_address, tokens, logger } = options;
  const stream = new StreamClient<LimitsClient, SpendRequest, ReceivedSpendResponse>({
    name: "The agent's limits",
    client: () =>
      new florin.identity.v1.Limits(identity_address, credentials.createInsecure(), streamChannelOptions),
    open: (client) => client.Spend(),
    logger,
  });

  async function spend(action: Action): Promise<ReceivedSpendResponse> {
    const service_token = await tokens.get();
    const response = await stream.ask({ service_token, ...action }, TIMEOUT_MS);
    if (response.failure) throw fromFailure(response.failure);
    return response;
  }

  return {
    async reserve({ total, approval_id = '', ...spending }) {
      const { outcome, exceeded } = await spend({ reserve: { ...spending, ...total, approval_id } });
      if (outcome === 'done') return undefined;
      if (exceeded) return exceeded.message;
      throw fault('INTERNAL', 'Identity answered nothing.');
    },
    async commit(commit) {
      await spend({ commit });
    },
    async release(release) {
      await spend({ release });
    },
    async look(look) {
      const { left } = await spend({ look });
      if (!left) throw fault('INTERNAL', 'Identity answered nothing.');
      const { per_transaction, today, currency } = left;
      return {
        ...(per_transaction !== '' && { per_transaction: { amount: per_transaction, currency } }),
        ...(today !== '' && { today: { amount: today, currency } }),
      };
    },
    close: () => stream.close(),
  };
}
