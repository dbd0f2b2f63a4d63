import { createLinkToken } from './create-link-token.js';
import { findRecurringCharges } from './find-recurring-charges.js';
import { getBalance } from './get-balance.js';
import { linkBankAccount } from './link-bank-account.js';
import { listAccounts } from './list-accounts.js';
import { refreshBankData } from './refresh-bank-data.js';
import { searchTransactions } from './search-transactions.js';
import { summarizeSpending } from './summarize-spending.js';
import { unlinkBankAccount } from './unlink-bank-account.js';

export const operations = [
  createLinkToken,
  findRecurringCharges,
  getBalance,
  linkBankAccount,
  listAccounts,
  refreshBankData,
  searchTransactions,
  summarizeSpending,
  unlinkBankAccount,
];
