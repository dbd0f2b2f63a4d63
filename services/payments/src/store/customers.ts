import type { Queryable } from '@florin/postgres';
import { and, eq, isNull } from 'drizzle-orm';
import { customers, payout_accounts } from './schema.js';

export type CustomerRow = typeof customers.$inferSelect;

export async function findCustomer(user_id: string, db: Queryable): Promise<CustomerRow | undefined> {
  const [row] = await db.select().from(customers).where(eq(customers.user_id, user_id));
  return row;
}

/** Whose customer it is: asked with what the provider itself has named. */
export async function userOfCustomer(db: Queryable, customer_id: string): Promise<string | undefined> {
  const [row] = await db
    .select({ user_id: customers.user_id })
    .from(customers)
    .where(eq(customers.provider_customer_id, customer_id));
  return row?.user_id;
}

/** @returns the one that is kept: that of whoever was first */
export async function saveCustomer(
  user_id: string,
  db: Queryable,
  provider_customer_id: string,
  now: Date,
): Promise<string> {
  await db
    .insert(customers)
    .values({ user_id, provider_customer_id, created_at: now })
    .onConflictDoNothing({ target: customers.user_id });
  return (await findCustomer(user_id, db))?.provider_customer_id ?? provider_customer_id;
}

/** @returns the one that is kept: that of whoever was first */
export async function savePayoutProviderAccount(
  user_id: string,
  db: Queryable,
  provider_account_id: string,
): Promise<string> {
  await db
    .update(customers)
    .set({ provider_account_id })
    .where(and(eq(customers.user_id, user_id), isNull(customers.provider_account_id)));
  return (await findCustomer(user_id, db))?.provider_account_id ?? provider_account_id;
}

/** The bank account at the provider that withdrawals to a linked account go to; none before the first. */
export async function findPayoutBank(
  user_id: string,
  db: Queryable,
  account_id: string,
): Promise<string | undefined> {
  const [row] = await db
    .select({ bank: payout_accounts.provider_bank_account_id })
    .from(payout_accounts)
    .where(and(eq(payout_accounts.user_id, user_id), eq(payout_accounts.account_id, account_id)));
  return row?.bank;
}

export async function savePayoutBank(
  user_id: string,
  db: Queryable,
  {
    account_id,
    provider_bank_account_id,
    now,
  }: { account_id: string; provider_bank_account_id: string; now: Date },
): Promise<void> {
  await db
    .insert(payout_accounts)
    .values({ user_id, account_id, provider_bank_account_id, created_at: now })
    .onConflictDoNothing();
}
