import { idToUuid } from '@florin/chassis';
import type { Mesh } from '@florin/local';
import postgres from 'postgres';

/** Gives wallets money that came from nowhere but the account of openings, in the ledger's own terms: entries and balances. */
export async function fundWallets(mesh: Mesh, wallet_ids: readonly string[], amount: string): Promise<void> {
  const sql = postgres(mesh.environment('payments').DATABASE_URL ?? '', {
    max: 1,
    onnotice: () => undefined,
  });
  const minor = amount.replace('.', '');
  const uuids = wallet_ids.map((wallet_id) => idToUuid(wallet_id, 'wal'));
  try {
    await sql.begin(async (tx) => {
      const [opening] = await tx<{ account_id: string }[]>`
        insert into accounts (account_id, purpose, currency, normal_side, status, created_at, updated_at)
        values (gen_random_uuid(), 'opening', 'USD', 'debit', 'open', now(), now())
        on conflict (user_id, purpose, currency, stripe) do update set updated_at = now()
        returning account_id`;
      if (opening === undefined) throw new Error('no account of openings');
      await tx`
        with moved as (
          insert into transfers (transfer_id, kind, debit_account_id, credit_account_id, amount_minor, currency, reference, created_at)
          select gen_random_uuid(), 'single', ${opening.account_id}, wallet, ${minor}, 'USD', 'bench', now()
          from unnest(${uuids}::uuid[]) as wallet
          returning transfer_id, credit_account_id
        )
        insert into entries (transfer_id, account_id, side, posted_minor, pending_minor, created_at)
        select transfer_id, ${opening.account_id}, 'debit', ${minor}::bigint, 0, now() from moved
        union all
        select transfer_id, credit_account_id, 'credit', ${minor}::bigint, 0, now() from moved`;
      await tx`
        update accounts set credits_posted_minor = credits_posted_minor + ${minor}::bigint
        where account_id = any(${uuids}::uuid[])`;
      await tx`
        update accounts set debits_posted_minor = debits_posted_minor + ${minor}::bigint * ${uuids.length}
        where account_id = ${opening.account_id}`;
    });
  } finally {
    await sql.end();
  }
}
