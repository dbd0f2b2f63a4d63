import { newId } from '@florin/chassis';
import { addEvent, type Tx } from '@florin/postgres';
import type { BankAccount, BankLink } from '../providers/bank-data.js';
import { accountsUri } from '../resources/uris.js';
import { type AccountRow, accountsOfLink, insertAccount, updateAccount } from '../store/accounts.js';
import { type LinkRow, lockLink, updateLink } from '../store/links.js';

interface Call {
  now: Date;
  traceparent?: string | undefined;
}

/**
 * Brings a link's accounts up to what the bank shows. One that the person unlinked stays so; one that the bank does not
 * show any more stays as it was last seen.
 */
export async function saveAccounts(tx: Tx, link: LinkRow, shown: BankLink, call: Call): Promise<void> {
  const { user_id, link_id } = link;
  const locked = await lockLink(user_id, tx, link_id);
  if (locked === undefined || locked.status === 'unlinked') return;
  if (locked.institution !== shown.institution) {
    await updateLink(user_id, tx, link_id, { institution: shown.institution });
  }
  const known = new Map(
    (await accountsOfLink(user_id, tx, link_id)).map((row) => [row.provider_account_id, row]),
  );
  for (const account of shown.accounts) {
    const row = known.get(account.provider_account_id);
    if (row === undefined) await addAccount(tx, link, account, call);
    else if (row.unlinked_at === null) await renameAccount(tx, row, account);
  }
}

async function addAccount(
  tx: Tx,
  { user_id, link_id }: LinkRow,
  account: BankAccount,
  call: Call,
): Promise<void> {
  const account_id = newId('acc');
  const { balance, ...facts } = account;
  await insertAccount(user_id, tx, {
    ...facts,
    ...balance,
    account_id,
    link_id,
    // What the provider last saw, so that there is a balance to show should the bank not answer.
    balance_as_of: call.now,
    linked_at: call.now,
  });
  await addEvent(
    tx,
    {
      type: 'florin.banking.account.linked.v1',
      aggregate_id: account_id,
      data: { account_id, user_id, link_id },
      resources: [accountsUri(user_id)],
      traceparent: call.traceparent,
    },
    call.now,
  );
}

async function renameAccount(
  tx: Tx,
  row: AccountRow,
  { name, mask, type, subtype }: BankAccount,
): Promise<void> {
  if (row.name === name && row.mask === mask && row.type === type && row.subtype === subtype) return;
  await updateAccount(row.user_id, tx, row.account_id, { name, mask, type, subtype });
}
