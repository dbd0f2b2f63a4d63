import { idToUuid, newId } from '@florin/chassis';
import type { RawSql } from '@florin/postgres';
import type { Side } from '../domain/ledger/ledger.js';

/**
 * The house's own accounts. `clearing:stripe` is what the provider holds for us, `fees` what we earned, `provider_fees` what
 * we paid, `opening` where the money of demo data comes from, `service:…` what another service of ours holds, and
 * `receivable` what a person owes us.
 */
export type HouseAccount =
  | { readonly house: 'clearing:stripe' | 'fees' | 'provider_fees' | 'opening' | `service:${string}` }
  | { readonly house: 'receivable'; readonly user_id: string };

interface HouseRule {
  readonly normal_side: Side;
  /** Touched by every payment: it has stripes, so that no row is everybody's lock. */
  readonly striped: boolean;
}

const rules: Record<string, HouseRule> = {
  'clearing:stripe': { normal_side: 'debit', striped: true },
  fees: { normal_side: 'credit', striped: true },
  provider_fees: { normal_side: 'debit', striped: true },
  receivable: { normal_side: 'debit', striped: false },
  opening: { normal_side: 'debit', striped: false },
};
const ofService: HouseRule = { normal_side: 'credit', striped: true };

/** Few and for ever; people's receivables are not kept. */
const MOST_KEPT = 1_000;

export interface HouseAccounts {
  /** The account's uuid; it is opened where it is missing. None has a limit: their sum is what people may do. */
  find(account: HouseAccount, currency: string, stripe: number, now: Date): Promise<string>;
}

export function createHouseAccounts(sql: RawSql): HouseAccounts {
  const known = new Map<string, string>();
  return {
    async find(account, currency, laneStripe, now) {
      const { normal_side, striped } = rules[account.house] ?? ofService;
      const stripe = striped ? laneStripe : 0;
      const key = `${account.house} ${currency} ${stripe}`;
      const kept = 'user_id' in account ? undefined : known.get(key);
      if (kept !== undefined) return kept;
      const uuid = await findOrOpen(sql, {
        user_id: 'user_id' in account ? idToUuid(account.user_id, 'usr') : null,
        purpose: account.house,
        stripe,
        currency,
        normal_side,
        now,
      });
      if (!('user_id' in account) && known.size < MOST_KEPT) known.set(key, uuid);
      return uuid;
    },
  };
}

interface Wanted {
  user_id: string | null;
  purpose: string;
  stripe: number;
  currency: string;
  normal_side: Side;
  now: Date;
}

async function findOrOpen(sql: RawSql, wanted: Wanted): Promise<string> {
  const { user_id, purpose, stripe, currency, normal_side, now } = wanted;
  const find = () => sql<{ account_id: string }[]>`
    select account_id from accounts
    where user_id is not distinct from ${user_id}::uuid
      and purpose = ${purpose} and currency = ${currency} and stripe = ${stripe}`;
  const [found] = await find();
  if (found !== undefined) return found.account_id;
  await sql`
    insert into accounts (account_id, user_id, purpose, stripe, currency, normal_side, status, created_at, updated_at)
    values (${idToUuid(newId('wal'), 'wal')}, ${user_id}, ${purpose}, ${stripe}, ${currency}, ${normal_side}, 'open', ${now}, ${now})
    on conflict (user_id, purpose, currency, stripe) do nothing`;
  const [opened] = await find();
  if (opened === undefined) throw new Error('an account that was opened is not there');
  return opened.account_id;
}
