import { defineOperation, pageInput, pageOutput } from '@florin/chassis';
import { z } from 'zod';
import { showKey, shownKey } from '../api-keys/fields.js';
import type { IdentityDeps } from '../deps.js';
import { listApiKeys as list } from '../store/api-keys.js';

export const listApiKeys = defineOperation<IdentityDeps>()({
  name: 'list_api_keys',
  title: 'List the API keys',
  description:
    "The person's API keys that are not revoked, the oldest first: what each may do, and when it was last used.",
  scopes: ['keys:manage'],
  rare: true,
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: z.strictObject(pageInput),
  output: z.strictObject({
    api_keys: z.array(shownKey).describe('The keys. Their secrets are shown nowhere.'),
    ...pageOutput,
  }),

  async run({ page_size, page_token }, { actor, deps }) {
    const { db, pageTokens, keyEnvironment } = deps;
    const query = ['list_api_keys', actor.user_id];
    const after = page_token === undefined ? undefined : pageTokens.read(query, page_token);
    const rows = await list(db, actor.user_id, { after, limit: page_size + 1 });
    const page = rows.slice(0, page_size);
    const last = page.at(-1);
    return {
      api_keys: page.map((key) => showKey(key, keyEnvironment)),
      ...(rows.length > page_size && last && { next_page_token: pageTokens.issue(query, last.key_id) }),
    };
  },
});
