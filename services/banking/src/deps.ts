import type { PageTokens } from '@florin/chassis';
import type { Db } from '@florin/postgres';
import type { Balances } from './balances/balances.js';
import type { BankData } from './providers/bank-data.js';
import type { Secrets } from './store/secrets.js';

/** What operations, pages and the sync work with. */
export interface BankingDeps {
  db: Db;
  bank: BankData;
  secrets: Secrets;
  balances: Balances;
  pageTokens: PageTokens;
  /** Says that something is due, so that nobody waits for the next look. */
  sync: { nudge(): void };
  /** Of our pages and webhooks, without a slash at the end. */
  public_url: string;
}
