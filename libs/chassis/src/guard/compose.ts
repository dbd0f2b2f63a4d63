import { Counter } from 'prom-client';
import type { z } from 'zod';
import type { Logger } from '../logger.js';
import type { Metrics } from '../metrics.js';
import type { RevocationFeed } from '../revocation-feed.js';
import type { ServiceTokens } from '../service-token.js';
import { createApprovals } from './approvals.js';
import { createGuard, type KeyReader, type MoneyGuard } from './guard.js';
import { createLimits } from './limits.js';
import type { moneyConfig } from './policy.js';
import { createScreen } from './screening.js';

interface MoneyGuardOptions {
  config: z.infer<typeof moneyConfig> & { IDENTITY_ADDRESS: string };
  keys: KeyReader;
  feed: Pick<RevocationFeed, 'silentMs'>;
  tokens: Pick<ServiceTokens, 'get'>;
  metrics: Metrics;
  logger: Logger;
}

/** The guard of a service, and its connections to identity and fraud. */
export function createMoneyGuard(options: MoneyGuardOptions): MoneyGuard {
  const { config, keys, feed, tokens, metrics, logger } = options;
  const { FRAUD_ADDRESS: fraud_address, IDENTITY_ADDRESS: identity_address } = config;
  const outcomes = new Counter({
    name: 'florin_money_guard_total',
    help: 'Calls of operations that move money, by operation and what the guard let become of them.',
    labelNames: ['operation', 'outcome'] as const,
    registers: [metrics.registry],
  });
  return createGuard({
    keys,
    feed,
    limits: createLimits({ identity_address, tokens, logger }),
    approvals: createApprovals({ identity_address, tokens }),
    screen: fraud_address === undefined ? undefined : createScreen({ fraud_address, tokens, logger }),
    policy: { approval: config.APPROVAL_LIMITS, unscreened: config.UNSCREENED_LIMITS },
    count: (operation, outcome) => outcomes.inc({ operation, outcome }),
    logger,
  });
}
