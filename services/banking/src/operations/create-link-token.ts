import { defineOperation } from '@florin/chassis';
import { z } from 'zod';
import type { BankingDeps } from '../deps.js';
import { startLink } from '../links/start-link.js';
import { accountId, personOf } from './fields.js';

export const createLinkToken = defineOperation<BankingDeps>()({
  name: 'create_link_token',
  title: 'Start linking a bank',
  description:
    'Begins to link a bank account. Show link_url to the person: there they choose their bank and sign in to it, never ' +
    'with you. When they say they are done, call list_accounts. With account_id it repairs the sign-in of a bank whose ' +
    'accounts have the status needs_login.',
  scopes: ['banking:write'],
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: true },
  input: z.strictObject({
    account_id: accountId
      .optional()
      .describe(
        'An account with the status needs_login, to sign in to its bank again. Leave out to link a bank.',
      ),
  }),
  output: z.strictObject({
    link_token: z
      .string()
      .describe("The provider's token, for clients that run its widget themselves.")
      .meta({ examples: ['link-sandbox-af1a0311-da53-4636-b754-dd15cc058176'] }),
    link_url: z
      .url()
      .describe('The page for the person. It works once, for this person alone: show it to nobody else.')
      .meta({ examples: ['http://127.0.0.1:8082/link/Zk3…'] }),
    expires_at: z.iso
      .datetime()
      .describe('Until when the page can be used.')
      .meta({ examples: ['2026-11-02T09:30:00.000Z'] }),
  }),

  async run({ account_id }, { actor, deps, now }) {
    const started = await startLink(deps, personOf(actor), { now, repair_account_id: account_id });
    return { ...started, expires_at: started.expires_at.toISOString() };
  },
});
