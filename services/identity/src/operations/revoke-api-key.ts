import { defineOperation } from '@florin/chassis';
import { z } from 'zod';
import { keyId, unknownKey } from '../api-keys/fields.js';
import type { IdentityDeps } from '../deps.js';
import { revokeApiKey as revoke } from '../store/api-keys.js';

export const revokeApiKey = defineOperation<IdentityDeps>()({
  name: 'revoke_api_key',
  title: 'Revoke an API key',
  description:
    'Ends an API key for good: within a second it is refused everywhere. What uses it needs a new one.',
  scopes: ['keys:manage'],
  rare: true,
  hints: { readOnly: false, destructive: true, idempotent: false, openWorld: false },
  input: z.strictObject({ key_id: keyId }),
  output: z.strictObject({ key_id: keyId, revoked_at: z.string().describe('Since when it is refused.') }),

  async run({ key_id }, { actor, deps, now, traceparent }) {
    if (!(await revoke(deps.db, actor.user_id, key_id, { now, traceparent }))) throw unknownKey();
    return { key_id, revoked_at: now.toISOString() };
  },
});
