import { defineOperation, userIdSchema } from '@florin/chassis';
import { z } from 'zod';
import type { BankingDeps } from '../deps.js';
import { completeLink } from '../links/complete-link.js';
import { accountSchema, accountsUntrusted, personOf, toAccount } from './fields.js';

export const linkBankAccount = defineOperation<BankingDeps>()({
  name: 'link_bank_account',
  title: 'Link a bank account',
  description:
    'Links the accounts behind a public_token, for clients that ran the bank widget themselves. Whoever used the page of ' +
    'create_link_token needs no such call: list_accounts shows the accounts already. Repeating it with the same token ' +
    'gives the same accounts. Transactions follow within a minute.',
  scopes: ['banking:write'],
  hints: { readOnly: false, destructive: false, idempotent: true, openWorld: true },
  input: z.strictObject({
    public_token: z
      .string()
      .min(8)
      .max(200)
      .regex(/^[\w-]+$/, { error: 'must be the public_token that the bank widget gave' })
      .describe('The token that the bank widget gave at its end. It can be used for 30 minutes.')
      .meta({ examples: ['public-sandbox-b0e2c4ee-a763-4df5-bfe9-46a46bce993d'] }),
    user_id: userIdSchema,
  }),
  output: z.strictObject({
    accounts: z.array(accountSchema).describe('The accounts that are linked now.'),
    untrusted_fields: accountsUntrusted,
  }),

  async run({ public_token, user_id }, { actor, deps, now, traceparent }) {
    const owner = personOf(actor, user_id);
    const { accounts } = await completeLink(deps, owner, public_token, { now, traceparent });
    return { accounts: accounts.map(toAccount), untrusted_fields: ['name' as const, 'institution' as const] };
  },
});
