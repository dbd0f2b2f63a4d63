import { defineOperation, pageInput, pageOutput, userIdSchema } from '@florin/chassis';
import { z } from 'zod';
import type { BankingDeps } from '../deps.js';
import { listAccounts as list } from '../store/accounts.js';
import { accountSchema, accountsUntrusted, personOf, toAccount } from './fields.js';

export const listAccounts = defineOperation<BankingDeps>()({
  name: 'list_accounts',
  title: 'List bank accounts',
  description:
    "Lists the person's linked bank accounts. Their ids are what the other banking tools take. Empty when no bank is " +
    'linked yet: offer create_link_token.',
  scopes: ['banking:read'],
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: z.strictObject({ user_id: userIdSchema, ...pageInput }),
  output: z.strictObject({
    accounts: z.array(accountSchema).describe('The accounts, in the order in which they were linked.'),
    untrusted_fields: accountsUntrusted,
    ...pageOutput,
  }),

  async run({ user_id, page_size, page_token }, { actor, deps }) {
    const owner = personOf(actor, user_id);
    const query = ['list_accounts', owner];
    const after = page_token === undefined ? undefined : deps.pageTokens.read(query, page_token);
    const rows = await list(owner, deps.db, { limit: page_size + 1, ...(after && { after }) });
    const page = rows.slice(0, page_size);
    const last = page.at(-1);
    return {
      accounts: page.map(toAccount),
      untrusted_fields: ['name' as const, 'institution' as const],
      ...(rows.length > page_size &&
        last && { next_page_token: deps.pageTokens.issue(query, last.account_id) }),
    };
  },
});
