import type { Db } from '@florin/postgres';
import type { BankAccounts } from '../providers/bank-accounts.js';
import type { PaymentProvider } from '../providers/payment-provider.js';

/** What the work with methods, and with the accounts behind them, needs. */
export interface MethodDeps {
  db: Db;
  provider: PaymentProvider;
  bankAccounts: BankAccounts;
  /** Of our pages, without a slash at the end. */
  public_url: string;
}
