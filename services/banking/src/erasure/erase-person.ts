import { addEvent, type Tx, transaction } from '@florin/postgres';
import type { BankingDeps } from '../deps.js';
import { accountsUri, balanceUri, transactionsUri } from '../resources/uris.js';
import { accountsOfLink } from '../store/accounts.js';
import { deleteLink, deleteLinkSessions } from '../store/delete-link.js';
import { listLinks, lockLink } from '../store/links.js';

/**
 * Ends access to the person's banks, first at the provider, then here, and deletes everything that banking has of them.
 * Ids live on in events alone. It can be repeated at any time: it goes on where it was interrupted.
 * @throws Fault PROVIDER_UNAVAILABLE, with the links that were done before gone
 */
export async function erasePerson(
  { db, bank, secrets }: Pick<BankingDeps, 'db' | 'bank' | 'secrets'>,
  user_id: string,
  now: Date,
): Promise<void> {
  await deleteLinkSessions(user_id, db);
  for (const link of await listLinks(user_id, db)) {
    if (link.access_token !== null) await bank.removeLink(secrets.openAccessToken(link));
    await transaction(db, (tx) => forgetLink(tx, user_id, link.link_id, now));
  }
}

async function forgetLink(tx: Tx, user_id: string, link_id: string, now: Date): Promise<void> {
  const locked = await lockLink(user_id, tx, link_id);
  if (locked === undefined) return;
  const linked = (await accountsOfLink(user_id, tx, link_id)).filter((row) => row.unlinked_at === null);
  await deleteLink(user_id, tx, link_id);
  for (const { account_id } of linked) {
    const data = { account_id, user_id, link_id };
    const resources = [accountsUri(user_id), balanceUri(account_id), transactionsUri(account_id)];
    const type = 'florin.banking.account.unlinked.v1' as const;
    await addEvent(tx, { type, aggregate_id: account_id, data, resources }, now);
  }
}
