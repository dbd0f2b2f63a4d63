import { type Fault, fault } from '@florin/faults';
import type { Queryable, Tx } from '@florin/postgres';
import { and, asc, eq, gt, isNull } from 'drizzle-orm';
import { accounts, type LinkStatus, links, transactions } from './schema.js';

export type AccountRow = typeof accounts.$inferSelect;
export type NewAccount = typeof accounts.$inferInsert;

/** An account with what its link says of it. */
export interface AccountView extends AccountRow {
  institution: string;
  status: LinkStatus;
}

const view = { account: accounts, institution: links.institution, link_status: links.status };

interface ViewRow {
  account: AccountRow;
  institution: string;
  link_status: LinkStatus;
}

function toView({ account, institution, link_status }: ViewRow): AccountView {
  return { ...account, institution, status: account.unlinked_at === null ? link_status : 'unlinked' };
}

export async function findAccount(
  user_id: string,
  db: Queryable,
  account_id: string,
): Promise<AccountView | undefined> {
  const [row] = await db
    .select(view)
    .from(accounts)
    .innerJoin(links, eq(links.link_id, accounts.link_id))
    .where(and(eq(accounts.user_id, user_id), eq(accounts.account_id, account_id)));
  return row && toView(row);
}

/** One answer for somebody else's account and for one that never was. */
export function noSuchAccount(): Fault {
  return fault('NOT_FOUND', 'You have no such account. Call list_accounts to see those you have.');
}

/** @throws Fault NOT_FOUND, ACCOUNT_UNLINKED */
export async function requireAccount(
  user_id: string,
  db: Queryable,
  account_id: string,
): Promise<AccountView> {
  const account = await findAccount(user_id, db, account_id);
  if (account === undefined) throw noSuchAccount();
  if (account.status !== 'unlinked') return account;
  throw fault('ACCOUNT_UNLINKED', 'This account was unlinked. Link the bank again with create_link_token.');
}

/** Those that are not unlinked, oldest first. */
export async function listAccounts(
  user_id: string,
  db: Queryable,
  { after, limit }: { after?: string; limit: number },
): Promise<AccountView[]> {
  const rows = await db
    .select(view)
    .from(accounts)
    .innerJoin(links, eq(links.link_id, accounts.link_id))
    .where(
      and(
        eq(accounts.user_id, user_id),
        isNull(accounts.unlinked_at),
        after === undefined ? undefined : gt(accounts.account_id, after),
      ),
    )
    .orderBy(asc(accounts.account_id))
    .limit(limit);
  return rows.map(toView);
}

/** Those of one link that are not unlinked. */
export async function listLinkAccounts(
  user_id: string,
  db: Queryable,
  link_id: string,
): Promise<AccountView[]> {
  const rows = await db
    .select(view)
    .from(accounts)
    .innerJoin(links, eq(links.link_id, accounts.link_id))
    .where(and(eq(accounts.user_id, user_id), eq(accounts.link_id, link_id), isNull(accounts.unlinked_at)))
    .orderBy(asc(accounts.account_id));
  return rows.map(toView);
}

/** All of a link, unlinked ones too. */
export async function accountsOfLink(user_id: string, db: Queryable, link_id: string): Promise<AccountRow[]> {
  return db
    .select()
    .from(accounts)
    .where(and(eq(accounts.user_id, user_id), eq(accounts.link_id, link_id)))
    .orderBy(asc(accounts.account_id));
}

export async function insertAccount(
  user_id: string,
  tx: Tx,
  account: Omit<NewAccount, 'user_id'>,
): Promise<void> {
  await tx.insert(accounts).values({ ...account, user_id });
}

export async function updateAccount(
  user_id: string,
  tx: Tx,
  account_id: string,
  values: Partial<Omit<NewAccount, 'account_id' | 'user_id'>>,
): Promise<void> {
  await tx
    .update(accounts)
    .set(values)
    .where(and(eq(accounts.user_id, user_id), eq(accounts.account_id, account_id)));
}

/** Marks the account and forgets what was read through it: a person who unlinks a bank wants it gone. */
export async function forgetAccount(user_id: string, tx: Tx, account_id: string, now: Date): Promise<void> {
  await tx
    .delete(transactions)
    .where(and(eq(transactions.user_id, user_id), eq(transactions.account_id, account_id)));
  await updateAccount(user_id, tx, account_id, {
    unlinked_at: now,
    current_minor: null,
    available_minor: null,
    balance_as_of: null,
  });
}
