import type { PaymentsDeps } from '../deps.js';
import { openWallet, type Wallet } from '../ledger/wallets.js';

/**
 * Opens the wallets that everybody has, where somebody has not: whoever registered before this service ran, or whose event
 * has not come yet.
 * @returns whether any was opened
 */
export async function openMissingWallets(
  { sql, wallet_currencies }: Pick<PaymentsDeps, 'sql' | 'wallet_currencies'>,
  user_id: string,
  wallets: readonly Wallet[],
  now: Date,
): Promise<boolean> {
  const missing = wallet_currencies.filter((one) => !wallets.some(({ currency }) => currency === one));
  for (const currency of missing) await openWallet(sql, { user_id, currency, now });
  return missing.length > 0;
}
