import { fault } from '@florin/faults';
import { addEvent, type Tx, transaction } from '@florin/postgres';
import type { BankingDeps } from '../deps.js';
import { accountsUri, balanceUri, transactionsUri } from '../resources/uris.js';
import { accountsOfLink, findAccount, forgetAccount, noSuchAccount } from '../store/accounts.js';
import { findLink, type LinkRow, lockLink, updateLink } from '../store/links.js';

interface Call {
  now: Date;
  traceparent?: string | undefined;
}

/** Each round, another account of the link may have been unlinked meanwhile. */
const ROUNDS = 3;

/**
 * Withdraws one account. With the last one of a link, access to the bank ends: first at the provider, then here, so that
 * where the provider does not answer nothing has changed and the call can be repeated.
 * @returns whether access to the bank ended as well; the same when it is repeated
 * @throws Fault NOT_FOUND, PROVIDER_UNAVAILABLE
 */
export async function unlinkAccount(
  deps: BankingDeps,
  user_id: string,
  account_id: string,
  call: Call,
): Promise<{ link_ended: boolean }> {
  const { db, bank, secrets } = deps;
  for (let round = 0; round < ROUNDS; round++) {
    const account = await findAccount(user_id, db, account_id);
    if (account === undefined) throw noSuchAccount();
    const link = await findLink(user_id, db, account.link_id);
    if (link === undefined) throw new Error('an account has no link');
    if (account.unlinked_at !== null) return { link_ended: link.status === 'unlinked' };
    const isLast = !(await othersRemain(db, link, account_id));
    if (isLast) await bank.removeLink(secrets.openAccessToken(link));
    const done = await transaction(db, (tx) => commit(tx, link, account_id, { ...call, isLast }));
    if (done) return { link_ended: isLast };
  }
  throw fault('CONFLICT', 'Other accounts of this bank are being unlinked at this moment. Try again.');
}

/** @returns false where it has become the last account, so that the provider must be told first */
async function commit(
  tx: Tx,
  { user_id, link_id }: LinkRow,
  account_id: string,
  { now, traceparent, isLast }: Call & { isLast: boolean },
): Promise<boolean> {
  const link = await lockLink(user_id, tx, link_id);
  if (link === undefined) throw new Error('a link is gone');
  const account = await findAccount(user_id, tx, account_id);
  // The same call, made twice at once: the other one was faster.
  if (account?.unlinked_at !== null) return true;
  if (!isLast && !(await othersRemain(tx, link, account_id))) return false;
  await forgetAccount(user_id, tx, account_id, now);
  if (isLast) {
    await updateLink(user_id, tx, link_id, {
      status: 'unlinked',
      unlinked_at: now,
      access_token: null,
      cursor: null,
      sync_due_at: null,
    });
  }
  await addEvent(
    tx,
    {
      type: 'florin.banking.account.unlinked.v1',
      aggregate_id: account_id,
      data: { account_id, user_id, link_id },
      resources: [accountsUri(user_id), balanceUri(account_id), transactionsUri(account_id)],
      traceparent,
    },
    now,
  );
  return true;
}

async function othersRemain(
  db: Parameters<typeof accountsOfLink>[1],
  { user_id, link_id }: LinkRow,
  account_id: string,
): Promise<boolean> {
  const all = await accountsOfLink(user_id, db, link_id);
  return all.some((other) => other.account_id !== account_id && other.unlinked_at === null);
}
