import { approvalInput, approvalOutput, approvalRequired, defineOperation, newId } from '@florin/chassis';
import { z } from 'zod';
import { newApiKey } from '../api-keys/api-key.js';
import { changedMeanwhile, keyId, requireHeld, unknownKey } from '../api-keys/fields.js';
import { scopeLines } from '../api-keys/scope-lines.js';
import type { IdentityDeps } from '../deps.js';
import { touchAgent } from '../store/agents.js';
import { findApiKey, rotateApiKey as rotate } from '../store/api-keys.js';

export const rotateApiKey = defineOperation<IdentityDeps>()({
  name: 'rotate_api_key',
  title: 'Replace the secret of an API key',
  description:
    'Gives an API key a new secret, which is shown once; all else about the key stays. The old one stops at once, or after ' +
    'grace_period_seconds, in which you put the new one in its place. A key that another agent made needs the ' +
    "person's approval.",
  scopes: ['keys:manage'],
  rare: true,
  hints: { readOnly: false, destructive: true, idempotent: false, openWorld: false },
  input: z.strictObject({
    key_id: keyId,
    grace_period_seconds: z
      .int()
      .min(0)
      .max(7 * 24 * 3_600)
      .default(0)
      .describe(
        'How long the old secret works on, in seconds: at most a week. Leave it out where that may have leaked.',
      )
      .meta({ examples: [3_600] }),
    ...approvalInput,
  }),
  output: z.strictObject({
    ...approvalOutput,
    key_id: keyId.optional(),
    api_key: z.string().optional().describe('The key with its new secret. It is never shown again.'),
    previous_expires_at: z.string().optional().describe('Until when the old secret works.'),
  }),

  async run({ key_id, grace_period_seconds, approval_id }, { actor, deps, now }) {
    const key = await findApiKey(deps.db, actor.user_id, key_id);
    if (key === undefined) throw unknownKey();
    requireHeld(actor, key.permissions);
    const agent_id = await touchAgent(deps.db, actor.user_id, actor, now);
    // A key of another agent may be spent by other limits, and one of a key's siblings may outlive it.
    const isOwn = actor.key_id === undefined ? key.agent_id === agent_id : key_id === actor.key_id;
    if (!isOwn) {
      const asked = await deps.approvals.require({
        actor,
        operation: 'rotate_api_key',
        arguments: { key_id, grace_period_seconds },
        summary: [{ label: 'Take over the API key', text: key.name }, ...scopeLines(key.permissions)],
        approval_id,
        operation_id: newId('op'),
        now,
      });
      if (!asked.granted) return approvalRequired(asked.approval);
    }

    const { api_key, secret_hash } = newApiKey(deps.keyEnvironment, key.public_id);
    const previous_expires_at = new Date(now.getTime() + grace_period_seconds * 1_000);
    const change = { secret_hash, previous_expires_at, now };
    if (!(await rotate(deps.db, key, change))) throw changedMeanwhile();
    return {
      status: 'done' as const,
      key_id,
      api_key,
      previous_expires_at: previous_expires_at.toISOString(),
    };
  },
});
