import { defineResource } from '@florin/chassis';
import type { BankingDeps } from '../deps.js';
import { accountId } from '../operations/fields.js';
import { searchTransactions } from '../operations/search-transactions.js';
import { completeAccountId } from './complete-account-id.js';

export const transactions = defineResource<BankingDeps>()({
  name: 'transactions',
  title: 'Account transactions',
  description: 'The transactions of one account, the newest first, 25 at a time.',
  uri: 'banking://{account_id}/transactions{?start_date,end_date,page_token}',
  scopes: ['banking:read'],
  params: searchTransactions.input
    .pick({ start_date: true, end_date: true, page_token: true })
    .extend({ account_id: accountId }),
  output: searchTransactions.output,
  complete: { account_id: completeAccountId },

  async read(params, context) {
    const data = await searchTransactions.run({ ...params, page_size: 25 }, context);
    return { data, ...(data.as_of !== undefined && { last_modified: new Date(data.as_of) }) };
  },
});
