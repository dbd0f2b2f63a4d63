import { approvalInput, approvalOutput, approvalRequired, defineOperation, newId } from '@florin/chassis';
import { z } from 'zod';
import type { IdentityDeps } from '../deps.js';

export const disableMfa = defineOperation<IdentityDeps>()({
  name: 'disable_mfa',
  title: 'Remove the authenticator app',
  description:
    "Removes the person's authenticator app, so that the sign-in asks for the password alone unless there is a passkey. " +
    'Only the person can allow it: show them the approval_url, wait, and repeat the call with approval_id.',
  scopes: ['profile:write'],
  rare: true,
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
  input: z.strictObject({
    method: z
      .literal('totp')
      .describe('An authenticator app (RFC 6238).')
      .meta({ examples: ['totp'] }),
    ...approvalInput,
  }),
  output: z.strictObject({ ...approvalOutput }),

  async run({ method, approval_id }, { actor, deps, now, traceparent }) {
    const asked = await deps.approvals.require({
      actor,
      operation: 'disable_mfa',
      arguments: { user_id: actor.user_id, method },
      summary: [
        { label: 'Removes', text: 'Your authenticator app' },
        { label: 'Afterwards', text: 'Whoever knows your password can sign in with it alone' },
      ],
      approval_id,
      operation_id: newId('op'),
      now,
    });
    if (!asked.granted) return approvalRequired(asked.approval);
    await deps.totp.remove(actor.user_id, { now, traceparent });
    return { status: 'done' as const };
  },
});
