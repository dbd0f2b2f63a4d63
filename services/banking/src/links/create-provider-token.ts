import { fault } from '@florin/faults';
import type { BankingDeps } from '../deps.js';
import { loginRequired } from '../providers/bank-data.js';
import { requireAccount } from '../store/accounts.js';
import { findLink } from '../store/links.js';

/**
 * A token by which the payments provider reaches the account.
 * @throws Fault NOT_FOUND, ACCOUNT_UNLINKED, BANK_LOGIN_REQUIRED, PROVIDER_UNAVAILABLE; FAILED_PRECONDITION for an account
 *   that no money can be moved in or out of
 */
export async function createProviderToken(
  { db, bank, secrets }: BankingDeps,
  user_id: string,
  account_id: string,
): Promise<string> {
  const account = await requireAccount(user_id, db, account_id);
  if (account.status === 'needs_login') throw loginRequired();
  if (account.type !== 'depository' || account.currency !== 'USD') {
    throw fault(
      'FAILED_PRECONDITION',
      'Money moves in and out of checking and savings accounts in USD only. Choose another with list_accounts.',
    );
  }
  const link = await findLink(user_id, db, account.link_id);
  if (link === undefined) throw new Error('an account has no link');
  return bank.createProcessorToken(secrets.openAccessToken(link), account.provider_account_id);
}
