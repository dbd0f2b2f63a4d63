import { defineResource } from '@florin/chassis';
import type { BankingDeps } from '../deps.js';
import { getBalance } from '../operations/get-balance.js';
import { completeAccountId } from './complete-account-id.js';

export const balance = defineResource<BankingDeps>()({
  name: 'balance',
  title: 'Account balance',
  description: 'The balance of one account, from the bank itself where it answers; as_of says how old it is.',
  uri: 'banking://{account_id}/balance',
  scopes: ['banking:read'],
  params: getBalance.input,
  output: getBalance.output,
  complete: { account_id: completeAccountId },

  async read(params, context) {
    const data = await getBalance.run(params, context);
    return { data, last_modified: new Date(data.as_of) };
  },
});
