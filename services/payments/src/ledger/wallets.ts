import { idToUuid, newId, uuidToId } from '@florin/chassis';
import type { RawSql } from '@florin/postgres';
import { availableMinor, balanceMinor, reservedMinor } from '../domain/ledger/account.js';
import type { Account, AccountStatus } from '../domain/ledger/ledger.js';
import { arrayText } from './bulk.js';

/** A person's account, for whoever shows it. */
export interface Wallet {
  readonly wallet_id: string;
  readonly user_id: string;
  readonly currency: string;
  readonly status: AccountStatus;
  readonly balance_minor: bigint;
  readonly reserved_minor: bigint;
  readonly available_minor: bigint;
  readonly updated_at: Date;
}

type WalletRow = Account & { readonly user_id: string; readonly updated_at: Date };

const columns = [
  'account_id',
  'user_id',
  'currency',
  'normal_side',
  'min_available_minor',
  'status',
  'debits_posted_minor',
  'credits_posted_minor',
  'debits_pending_minor',
  'credits_pending_minor',
  'updated_at',
];

function walletOf(row: WalletRow): Wallet {
  return {
    wallet_id: uuidToId('wal', row.account_id),
    user_id: uuidToId('usr', row.user_id),
    currency: row.currency,
    status: row.status,
    balance_minor: balanceMinor(row),
    reserved_minor: reservedMinor(row),
    available_minor: availableMinor(row),
    updated_at: row.updated_at,
  };
}

/** A person's wallets, the oldest first: one for each currency. */
export async function walletsOf(sql: RawSql, user_id: string): Promise<Wallet[]> {
  const rows = await sql<WalletRow[]>`
    select ${sql(columns)} from accounts
    where user_id = ${idToUuid(user_id, 'usr')} and purpose = 'wallet' order by account_id`;
  return rows.map(walletOf);
}

/** The person's wallet in a currency; it is opened where there is none. */
export async function openWallet(
  sql: RawSql,
  { user_id, currency, now }: { user_id: string; currency: string; now: Date },
): Promise<Wallet> {
  const user = idToUuid(user_id, 'usr');
  const find = () => sql<WalletRow[]>`
    select ${sql(columns)} from accounts
    where user_id = ${user} and purpose = 'wallet' and currency = ${currency} and stripe = 0`;
  const [found] = await find();
  if (found !== undefined) return walletOf(found);
  await sql`
    insert into accounts (account_id, user_id, purpose, currency, normal_side, min_available_minor, status, created_at,
      updated_at)
    values (${idToUuid(newId('wal'), 'wal')}, ${user}, 'wallet', ${currency}, 'credit', 0, 'open', ${now}, ${now})
    on conflict (user_id, purpose, currency, stripe) do nothing`;
  const [opened] = await find();
  if (opened === undefined) throw new Error('a wallet that was opened is not there');
  return walletOf(opened);
}

/** Reads for many calls at once, in one statement: what is asked while one is on its way goes with the next. */
export interface WalletReader {
  byId(wallet_id: string): Promise<Wallet | undefined>;
  /** Whether the person has paid this payee before. */
  isKnownPayee(user_id: string, payee_id: string): Promise<boolean>;
  /** The person's wallet in a currency. */
  ofUser(user_id: string, currency: string): Promise<Wallet | undefined>;
}

export function createWalletReader(sql: RawSql): WalletReader {
  const byId = createLoader(async (ids: readonly string[]) => {
    const rows = await sql<WalletRow[]>`
      select ${sql(columns)} from accounts
      where account_id = any(${arrayText(ids.map((id) => idToUuid(id, 'wal')))}::text::uuid[])
        and purpose = 'wallet'`;
    return new Map(rows.map((row) => [uuidToId('wal', row.account_id), walletOf(row)]));
  });
  const ofUser = createLoader(async (asked: readonly string[]) => {
    const pairs = asked.map((one) => one.split(' ') as [string, string]);
    const rows = await sql<WalletRow[]>`
      select ${sql(columns)} from unnest(${arrayText(pairs.map(([id]) => idToUuid(id, 'usr')))}::text::uuid[],
        ${arrayText(pairs.map(([, currency]) => currency))}::text::text[]) as asked(user_id, currency)
      join accounts using (user_id, currency) where purpose = 'wallet' and stripe = 0`;
    return new Map(rows.map(walletOf).map((wallet) => [`${wallet.user_id} ${wallet.currency}`, wallet]));
  });
  const payee = createLoader(async (asked: readonly string[]) => {
    const pairs = asked.map((one) => one.split(' ') as [string, string]);
    const rows = await sql<{ user_id: string; payee_id: string }[]>`
      select user_id, payee_id from unnest(${arrayText(pairs.map(([id]) => idToUuid(id, 'usr')))}::text::uuid[],
        ${arrayText(pairs.map(([, payee_id]) => payee_id))}::text::text[]) as asked(user_id, payee_id)
      join payees using (user_id, payee_id)`;
    return new Map(rows.map((row) => [`${uuidToId('usr', row.user_id)} ${row.payee_id}`, true]));
  });
  return {
    byId,
    ofUser: (user_id, currency) => ofUser(`${user_id} ${currency}`),
    isKnownPayee: async (user_id, payee_id) => (await payee(`${user_id} ${payee_id}`)) ?? false,
  };
}

const MOST_AT_ONCE = 256;

/** @param load what is found of many, by what was asked */
function createLoader<Found>(load: (asked: readonly string[]) => Promise<Map<string, Found>>) {
  const waiting: { ask: string; resolve(found: Found | undefined): void; reject(error: unknown): void }[] =
    [];
  let running = false;
  async function run(): Promise<void> {
    running = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, MOST_AT_ONCE);
      try {
        const found = await load([...new Set(batch.map(({ ask }) => ask))]);
        for (const { ask, resolve } of batch) resolve(found.get(ask));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    running = false;
  }
  return (ask: string): Promise<Found | undefined> =>
    new Promise((resolve, reject) => {
      waiting.push({ ask, resolve, reject });
      // In a microtask, so that what is asked in the same turn goes together.
      if (!running) {
        running = true;
        queueMicrotask(run);
      }
    });
}
