import {
  type Actor,
  approvalInput,
  approvalOutput,
  approvalRequired,
  defineOperation,
  newId,
} from '@florin/chassis';
import { fault } from '@florin/faults';
import { z } from 'zod';
import { newApiKey, newPublicId } from '../api-keys/api-key.js';
import {
  allowedIps,
  expiration,
  keyId,
  keyName,
  permissions,
  requestsPerMinute,
  requireHeld,
  toExpiry,
  unknownKey,
} from '../api-keys/fields.js';
import { scopeLines } from '../api-keys/scope-lines.js';
import type { IdentityDeps } from '../deps.js';
import { boundByParent, type KeyBounds } from '../domain/api-key-rules.js';
import { touchAgent } from '../store/agents.js';
import { findApiKey, insertApiKey, MAX_KEYS } from '../store/api-keys.js';

export const generateApiKey = defineOperation<IdentityDeps>()({
  name: 'generate_api_key',
  title: 'Make an API key',
  description:
    'Makes a key by which a program acts for the person, sent as "Authorization: Bearer". The person must approve it in ' +
    'the browser first. The key is shown once: hand it to where it is kept, and do not repeat it.',
  scopes: ['keys:manage'],
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: false },
  input: z.strictObject({
    name: keyName,
    permissions,
    expiration: expiration.optional(),
    allowed_ips: allowedIps.optional(),
    requests_per_minute: requestsPerMinute.optional(),
    ...approvalInput,
  }),
  output: z.strictObject({
    ...approvalOutput,
    key_id: keyId.optional(),
    api_key: z.string().optional().describe('The key itself. It is never shown again.'),
    permissions: z.array(z.string()).optional().describe('What it may do.'),
    expires_at: z.string().optional().describe('When it stops working; absent: never.'),
  }),

  async run(input, { actor, deps, now }) {
    const { name, approval_id } = input;
    const wanted = [...new Set(input.permissions)];
    requireHeld(actor, wanted);
    const bounds = await boundsFor(actor, deps, {
      expires_at: toExpiry(input.expiration, now),
      allowed_ips: input.allowed_ips ?? null,
      requests_per_minute: input.requests_per_minute ?? null,
    });
    const key_id = newId('key');
    const asked = await deps.approvals.require({
      actor,
      operation: 'generate_api_key',
      arguments: { name, permissions: wanted.toSorted(), ...bounds },
      summary: [
        { label: 'A new API key', text: name },
        ...scopeLines(wanted),
        { label: 'Works until', text: bounds.expires_at?.toISOString() ?? 'you revoke it' },
        { label: 'Works from', text: bounds.allowed_ips?.join(', ') ?? 'anywhere' },
      ],
      approval_id,
      operation_id: key_id,
      now,
    });
    if (!asked.granted) return approvalRequired(asked.approval);

    const public_id = newPublicId();
    const { api_key, secret_hash } = newApiKey(deps.keyEnvironment, public_id);
    const inserted = await insertApiKey(deps.db, {
      key_id,
      user_id: actor.user_id,
      agent_id: await touchAgent(deps.db, actor.user_id, actor, now),
      name,
      public_id,
      secret_hash,
      permissions: wanted,
      ...bounds,
      created_at: now,
      changed_at: now,
    });
    if (!inserted) {
      throw fault('FAILED_PRECONDITION', `Nobody may have more than ${MAX_KEYS} keys. Revoke one first.`);
    }
    const { expires_at } = bounds;
    return {
      status: 'done' as const,
      key_id,
      api_key,
      permissions: wanted,
      ...(expires_at !== null && { expires_at: expires_at.toISOString() }),
    };
  },
});

/** @throws Fault PERMISSION_DENIED where a key would make one that reaches further than itself */
async function boundsFor(actor: Actor, { db }: IdentityDeps, wanted: KeyBounds): Promise<KeyBounds> {
  if (actor.key_id === undefined) return wanted;
  const parent = await findApiKey(db, actor.user_id, actor.key_id);
  if (parent === undefined) throw unknownKey();
  const bounds = boundByParent(wanted, parent);
  if (typeof bounds !== 'string') return bounds;
  throw fault(
    'PERMISSION_DENIED',
    `A key cannot make one that reaches further than itself, by its ${bounds}.`,
  );
}
