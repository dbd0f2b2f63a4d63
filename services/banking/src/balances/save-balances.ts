import { addEvent, type Tx } from '@florin/postgres';
import type { BankAccount } from '../providers/bank-data.js';
import { balanceUri } from '../resources/uris.js';
import { type AccountRow, accountsOfLink, updateAccount } from '../store/accounts.js';
import { type LinkRow, lockLink } from '../store/links.js';

/** Keeps the balances of a link's accounts, and tells of those that changed. */
export async function saveBalances(
  tx: Tx,
  { user_id, link_id }: LinkRow,
  shown: readonly BankAccount[],
  now: Date,
): Promise<void> {
  await lockLink(user_id, tx, link_id);
  const balances = new Map(shown.map((account) => [account.provider_account_id, account.balance]));
  for (const row of await accountsOfLink(user_id, tx, link_id)) {
    const balance = balances.get(row.provider_account_id);
    if (balance === undefined || row.unlinked_at !== null) continue;
    await updateAccount(user_id, tx, row.account_id, { ...balance, balance_as_of: now });
    if (isSame(row, balance)) continue;
    const { account_id } = row;
    await addEvent(
      tx,
      {
        type: 'florin.banking.balance.updated.v1',
        aggregate_id: account_id,
        data: { account_id, user_id, as_of: now.toISOString() },
        resources: [balanceUri(account_id)],
      },
      now,
    );
  }
}

function isSame(row: AccountRow, balance: BankAccount['balance']): boolean {
  return row.current_minor === balance.current_minor && row.available_minor === balance.available_minor;
}
