import { approvalInput, approvalOutput, approvalRequired, defineOperation, newId } from '@florin/chassis';
import { z } from 'zod';
import type { IdentityDeps } from '../deps.js';
import { eraseUser } from '../store/erase-user.js';

export const deleteMyAccount = defineOperation<IdentityDeps>()({
  name: 'delete_my_account',
  title: 'Delete my account',
  description:
    'Deletes the account of the person who is signed in, with all personal data in every service, for good: linked banks, ' +
    'transactions, sign-ins, keys and agents. Nothing can bring it back; offer export_my_data first. Only the person can ' +
    'allow it: show them the approval_url, wait, and repeat the call with approval_id.',
  scopes: ['profile:write'],
  rare: true,
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
  input: z.strictObject({ ...approvalInput }),
  output: z.strictObject({ ...approvalOutput }),

  async run({ approval_id }, { actor, deps, now, traceparent }) {
    const { user_id } = actor;
    const asked = await deps.approvals.require({
      actor,
      operation: 'delete_my_account',
      arguments: { user_id },
      summary: [
        { label: 'Deletes', text: 'Your account and all your personal data, in every service, for good' },
        { label: 'Ends', text: 'Linked banks, sign-ins, API keys and everything that acts for you' },
        { label: 'Before', text: 'Fetch a copy of your data if you want one: afterwards there is none' },
      ],
      approval_id,
      operation_id: newId('op'),
      now,
    });
    if (!asked.granted) return approvalRequired(asked.approval);
    await eraseUser(deps.db, user_id, { now, traceparent });
    return { status: 'done' as const };
  },
});
