import type { Clock } from '@florin/chassis';
import type { Tx } from '@florin/postgres';
import type { EventOf } from '@florin/proto/events';
import type { PaymentsDeps } from '../deps.js';
import { openMissingWallets } from '../wallets/open-wallets.js';

/**
 * Somebody has registered: they get their wallets, so that they can be paid. Beside the consumer's transaction, and harmless
 * when repeated: a wallet is opened once.
 */
export function userRegistered(deps: Pick<PaymentsDeps, 'sql' | 'wallet_currencies'>, now: Clock) {
  return async (_tx: Tx, { data }: EventOf<'florin.identity.user.registered.v1'>): Promise<void> => {
    await openMissingWallets(deps, data.user_id, [], now());
  };
}
