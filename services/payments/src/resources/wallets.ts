import { defineResource, userIdSchema } from '@florin/chassis';
import { z } from 'zod';
import type { PaymentsDeps } from '../deps.js';
import { listWallets } from '../operations/list-wallets.js';

export const wallets = defineResource<PaymentsDeps>()({
  name: 'wallets',
  title: 'Wallets',
  description: 'A person\'s wallets, with what can be spent. "me" is whoever is signed in.',
  uri: 'payments://{user_id}/wallets',
  scopes: ['payments:read'],
  params: z.strictObject({ user_id: userIdSchema }),
  output: listWallets.output,

  async read(params, context) {
    return { data: await listWallets.run(params, context) };
  },
});
