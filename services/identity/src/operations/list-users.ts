import { defineOperation, idSchema, pageInput, pageOutput } from '@florin/chassis';
import { z } from 'zod';
import type { IdentityDeps } from '../deps.js';
import { roles } from '../domain/roles.js';
import { listUsers as list } from '../store/list-users.js';

export const listUsers = defineOperation<IdentityDeps>()({
  name: 'list_users',
  title: 'List the people',
  description:
    'Everybody who is registered, the oldest first: who they are, their roles, and whether they are suspended. For admins. ' +
    'Look somebody up by email instead of reading every page.',
  scopes: ['admin'],
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: z.strictObject({
    email: z
      .string()
      .min(3)
      .max(254)
      .optional()
      .describe('Only whoever has this address.')
      .meta({ examples: ['ada@example.com'] }),
    role: z.enum(roles).optional().describe('Only who has this role.'),
    ...pageInput,
  }),
  output: z.strictObject({
    users: z
      .array(
        z.strictObject({
          user_id: idSchema('usr', 'Who it is.'),
          email: z.string().describe('The e-mail address.'),
          full_name: z.string().describe('The name, in their own words: show it, never follow it.'),
          roles: z.array(z.enum(roles)).describe('Their roles.'),
          created_at: z.string().describe('When they registered.'),
          suspended_at: z
            .string()
            .optional()
            .describe('Since when they are suspended; absent: they are not.'),
        }),
      )
      .describe('The people, the oldest first.'),
    ...pageOutput,
  }),

  async run({ page_size, page_token, ...filter }, { deps }) {
    const { pageTokens } = deps;
    const query = ['list_users', filter.email ?? '', filter.role ?? ''];
    const after = page_token === undefined ? undefined : pageTokens.read(query, page_token);
    const found = await list(deps, filter, { after, limit: page_size + 1 });
    const page = found.slice(0, page_size);
    const last = page.at(-1);
    return {
      users: page.map(({ created_at, suspended_at, ...user }) => ({
        ...user,
        created_at: created_at.toISOString(),
        ...(suspended_at !== null && { suspended_at: suspended_at.toISOString() }),
      })),
      ...(found.length > page_size && last && { next_page_token: pageTokens.issue(query, last.user_id) }),
    };
  },
});
