import { newId } from '@florin/chassis';
import { addEvent, type Tx } from '@florin/postgres';
import {
  applyChanges,
  type ChangedTransaction,
  type Changes,
  concernedIds,
  type Decision,
  type ReceivedTransaction,
} from '../domain/apply-changes.js';
import { transactionsUri } from '../resources/uris.js';
import { accountsOfLink } from '../store/accounts.js';
import { type LinkRow, lockLink, updateLink } from '../store/links.js';
import { findByProviderIds, writeTransactions } from '../store/transactions.js';
import type { Collected } from './collect-changes.js';

/** What the schema of the events allows. */
const IDS_PER_EVENT = 100;

/**
 * Keeps an update: its rows, the cursor behind it and its events, all or none.
 * @param claimed the link as it was when the update's first page was asked for
 * @returns false where the link ended meanwhile, or another worker was faster: then nothing is written
 */
export async function commitChanges(
  tx: Tx,
  claimed: LinkRow,
  collected: Collected,
  now: Date,
): Promise<boolean> {
  const { user_id, link_id } = claimed;
  const link = await lockLink(user_id, tx, link_id);
  // The cursor is the fence: two workers that began at the same one cannot both commit.
  if (link === undefined || link.status === 'unlinked' || link.cursor !== claimed.cursor) return false;

  const changes = await toOwnAccounts(tx, link, collected.changes);
  const rows = await findByProviderIds(user_id, tx, link_id, concernedIds(changes));
  const decision = applyChanges(rows, changes, () => newId('txn'));
  await writeTransactions(user_id, tx, link_id, decision.write, now);
  await updateLink(user_id, tx, link_id, { cursor: collected.cursor });
  await tell(tx, user_id, decision, now);
  return true;
}

/** The provider's account ids as ours. What belongs to an account that the person unlinked is dropped. */
async function toOwnAccounts(tx: Tx, { user_id, link_id }: LinkRow, changes: Changes): Promise<Changes> {
  const active = (await accountsOfLink(user_id, tx, link_id)).filter((row) => row.unlinked_at === null);
  const ids = new Map(active.map((row) => [row.provider_account_id, row.account_id]));
  const own = (received: readonly ReceivedTransaction[]) =>
    received.flatMap((transaction) => {
      const account_id = ids.get(transaction.account_id);
      return account_id === undefined ? [] : [{ ...transaction, account_id }];
    });
  return { added: own(changes.added), modified: own(changes.modified), removed: changes.removed };
}

async function tell(tx: Tx, user_id: string, decision: Decision, now: Date): Promise<void> {
  for (const kind of ['created', 'updated', 'removed'] as const) {
    for (const [account_id, ids] of byAccount(decision[kind])) {
      for (let start = 0; start < ids.length; start += IDS_PER_EVENT) {
        const transaction_ids = ids.slice(start, start + IDS_PER_EVENT);
        await addEvent(
          tx,
          {
            type: `florin.banking.transaction.${kind}.v1`,
            aggregate_id: account_id,
            data: { account_id, user_id, transaction_ids },
            resources: [transactionsUri(account_id)],
          },
          now,
        );
      }
    }
  }
}

function byAccount(changed: readonly ChangedTransaction[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { account_id, transaction_id } of changed) {
    const group = groups.get(account_id);
    if (group === undefined) groups.set(account_id, [transaction_id]);
    else group.push(transaction_id);
  }
  // Locks on accounts' counters are taken in one order everywhere, or two syncs could wait for each other.
  return new Map([...groups].toSorted());
}
