import { defineResource, userIdSchema } from '@florin/chassis';
import { z } from 'zod';
import type { BankingDeps } from '../deps.js';
import { listAccounts } from '../operations/list-accounts.js';

export const accounts = defineResource<BankingDeps>()({
  name: 'accounts',
  title: 'Linked bank accounts',
  description: 'A person\'s linked bank accounts, the first 100. "me" is whoever is signed in.',
  uri: 'banking://{user_id}/accounts',
  scopes: ['banking:read'],
  params: z.strictObject({ user_id: userIdSchema }),
  output: listAccounts.output,

  async read({ user_id }, context) {
    return { data: await listAccounts.run({ user_id, page_size: 100 }, context) };
  },
});
