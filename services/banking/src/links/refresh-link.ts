import type { BankingDeps } from '../deps.js';
import { loginRequired } from '../providers/bank-data.js';
import { requireAccount } from '../store/accounts.js';
import { findLink, type LinkRow, requestSync } from '../store/links.js';

/**
 * Has the bank asked for what is new, and reads it as soon as a worker is free.
 * @throws Fault NOT_FOUND, ACCOUNT_UNLINKED, BANK_LOGIN_REQUIRED, PROVIDER_UNAVAILABLE
 */
export async function refreshLink(
  { db, bank, secrets, sync }: BankingDeps,
  user_id: string,
  account_id: string,
  now: Date,
): Promise<LinkRow> {
  const account = await requireAccount(user_id, db, account_id);
  if (account.status === 'needs_login') throw loginRequired();
  const link = await findLink(user_id, db, account.link_id);
  if (link === undefined) throw new Error('an account has no link');
  await bank.requestRefresh(secrets.openAccessToken(link));
  await requestSync(user_id, db, link.link_id, now);
  sync.nudge();
  return link;
}
