import { accounts } from './accounts.js';
import { balance } from './balance.js';
import { transactions } from './transactions.js';

export const resources = [accounts, balance, transactions];
