import type { Db, RawSql } from '@florin/postgres';
import { and, eq, isNotNull, sql } from 'drizzle-orm';
import type { LedgerWriter } from '../ledger/unit.js';
import { walletsOf } from '../ledger/wallets.js';
import { removeMethod } from '../methods/remove-method.js';
import type { PaymentProvider } from '../providers/payment-provider.js';
import { listMethods } from '../store/payment-methods.js';
import { payment_methods, payments, payout_accounts, refunds } from '../store/schema.js';

interface ErasureDeps {
  db: Db;
  sql: RawSql;
  writer: LedgerWriter;
  provider: PaymentProvider;
}

/** Nobody has more methods. */
const MAX_METHODS = 1_000;

/**
 * Ends what the person pays with, at the provider first, and deletes what describes them: methods, the bank accounts they
 * withdrew to, what they wrote about payments. The book itself stays, under an id that leads nowhere any more: whoever keeps
 * money must keep its records (GDPR, article 17(3)(b)). A wallet without money is closed; one with money is frozen, and
 * waits for its owner to claim it.
 */
export async function erasePerson(deps: ErasureDeps, user_id: string, now: Date): Promise<void> {
  const { db } = deps;
  for (const { payment_method_id } of await listMethods(user_id, db, { limit: MAX_METHODS })) {
    await removeMethod(deps, user_id, payment_method_id, { now });
  }
  await db.delete(payment_methods).where(eq(payment_methods.user_id, user_id));
  await db.delete(payout_accounts).where(eq(payout_accounts.user_id, user_id));
  const ownText = and(eq(payments.user_id, user_id), isNotNull(payments.description));
  await db
    .update(payments)
    .set({ description: null, version: sql`${payments.version} + 1` })
    .where(ownText);
  await db
    .update(refunds)
    .set({ reason: null, version: sql`${refunds.version} + 1` })
    .where(and(eq(refunds.user_id, user_id), isNotNull(refunds.reason)));
  await closeWallets(deps, user_id, now);
}

async function closeWallets({ sql: raw, writer }: ErasureDeps, user_id: string, now: Date): Promise<void> {
  for (const { wallet_id, status } of await walletsOf(raw, user_id)) {
    if (status === 'closed') continue;
    const become = (to: 'closed' | 'frozen') =>
      writer.submit({
        now,
        rows: [],
        commands: [],
        account_status: [{ account_id: wallet_id, status: to }],
        events: [],
      });
    const { committed } = await become('closed');
    if (!committed) await become('frozen');
  }
}
