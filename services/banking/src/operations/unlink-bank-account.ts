import { defineOperation, idSchema, userIdSchema } from '@florin/chassis';
import { z } from 'zod';
import type { BankingDeps } from '../deps.js';
import { unlinkAccount } from '../links/unlink-account.js';
import { accountId, personOf } from './fields.js';

export const unlinkBankAccount = defineOperation<BankingDeps>()({
  name: 'unlink_bank_account',
  title: 'Unlink a bank account',
  description:
    'Withdraws access to one bank account and deletes its balance and transactions here; nothing happens to the account ' +
    'itself. With the last account of a bank, access to the bank ends too. It cannot be undone but by linking again: ask ' +
    'the person first. Repeating it is safe.',
  scopes: ['banking:write'],
  rare: true,
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: true },
  input: z.strictObject({ account_id: accountId, user_id: userIdSchema }),
  output: z.strictObject({
    account_id: idSchema('acc', 'The account that is unlinked.'),
    status: z.literal('unlinked').describe('What it is now.'),
    bank_access_ended: z
      .boolean()
      .describe('Whether it was the last account, so that access to the bank ended as well.')
      .meta({ examples: [false] }),
  }),

  async run({ account_id, user_id }, { actor, deps, now, traceparent }) {
    const owner = personOf(actor, user_id);
    const { link_ended } = await unlinkAccount(deps, owner, account_id, { now, traceparent });
    return { account_id, status: 'unlinked' as const, bank_access_ended: link_ended };
  },
});
