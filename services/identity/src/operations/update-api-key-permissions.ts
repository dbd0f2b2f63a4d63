import { approvalInput, approvalOutput, approvalRequired, defineOperation, newId } from '@florin/chassis';
import { z } from 'zod';
import { changedMeanwhile, keyId, permissions, requireHeld, unknownKey } from '../api-keys/fields.js';
import { scopeLines } from '../api-keys/scope-lines.js';
import type { IdentityDeps } from '../deps.js';
import { findApiKey, setApiKeyPermissions } from '../store/api-keys.js';

export const updateApiKeyPermissions = defineOperation<IdentityDeps>()({
  name: 'update_api_key_permissions',
  title: 'Change what an API key may do',
  description:
    'Replaces the permissions of an API key, within a second everywhere. Taking some away happens at once; adding one ' +
    'needs the approval of the person.',
  scopes: ['keys:manage'],
  rare: true,
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
  input: z.strictObject({ key_id: keyId, permissions, ...approvalInput }),
  output: z.strictObject({
    ...approvalOutput,
    key_id: keyId.optional(),
    permissions: z.array(z.string()).optional().describe('What it may do from now on.'),
  }),

  async run({ key_id, permissions: given, approval_id }, { actor, deps, now, traceparent }) {
    const key = await findApiKey(deps.db, actor.user_id, key_id);
    if (key === undefined) throw unknownKey();
    const wanted = [...new Set(given)];
    const added = wanted.filter((permission) => !key.permissions.includes(permission));
    requireHeld(actor, added);
    if (added.length > 0) {
      const asked = await deps.approvals.require({
        actor,
        operation: 'update_api_key_permissions',
        arguments: { key_id, permissions: wanted.toSorted() },
        summary: [{ label: 'The API key', text: key.name }, ...scopeLines(wanted)],
        approval_id,
        operation_id: newId('op'),
        now,
      });
      if (!asked.granted) return approvalRequired(asked.approval);
    }
    const change = { permissions: wanted, now, traceparent };
    if (!(await setApiKeyPermissions(deps.db, key, change))) throw changedMeanwhile();
    return { status: 'done' as const, key_id, permissions: wanted };
  },
});
