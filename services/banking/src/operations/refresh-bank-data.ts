import { defineOperation, idSchema, userIdSchema } from '@florin/chassis';
import { z } from 'zod';
import type { BankingDeps } from '../deps.js';
import { refreshLink } from '../links/refresh-link.js';
import { accountId, asOf, personOf } from './fields.js';

export const refreshBankData = defineOperation<BankingDeps>()({
  name: 'refresh_bank_data',
  title: 'Refresh bank data',
  description:
    "Has the bank asked for new transactions of this account's bank. They arrive within seconds to minutes: search again " +
    'and compare as_of. Not needed before every read: banks tell about new transactions by themselves.',
  scopes: ['banking:write'],
  hints: { readOnly: false, destructive: false, idempotent: true, openWorld: true },
  input: z.strictObject({ account_id: accountId, user_id: userIdSchema }),
  output: z.strictObject({
    account_id: idSchema('acc', 'The account.'),
    status: z.literal('requested').describe('The bank has been asked.'),
    as_of: asOf,
  }),

  async run({ account_id, user_id }, { actor, deps, now }) {
    const { synced_at } = await refreshLink(deps, personOf(actor, user_id), account_id, now);
    return {
      account_id,
      status: 'requested' as const,
      ...(synced_at && { as_of: synced_at.toISOString() }),
    };
  },
});
