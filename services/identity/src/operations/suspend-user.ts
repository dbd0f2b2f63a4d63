import { defineOperation, idSchema } from '@florin/chassis';
import { z } from 'zod';
import type { IdentityDeps } from '../deps.js';
import { setSuspended } from '../store/access.js';

export const suspendUser = defineOperation<IdentityDeps>()({
  name: 'suspend_user',
  title: 'Suspend a person',
  description:
    'Takes all access from a person within a second: sessions end, and neither passwords nor tokens nor keys are honoured. ' +
    'With suspended: false they may sign in again. The last admin cannot be suspended.',
  scopes: ['admin'],
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
  input: z.strictObject({
    user_id: idSchema('usr', 'Who is to be suspended.'),
    suspended: z
      .boolean()
      .default(true)
      .describe('false: lets the person in again.')
      .meta({ examples: [true] }),
  }),
  output: z.strictObject({
    user_id: idSchema('usr', 'Who it is.'),
    suspended: z.boolean().describe('Whether the person is suspended now.'),
    suspended_at: z.string().optional().describe('Since when; absent where they are not.'),
  }),

  async run({ user_id, suspended }, { actor, deps, now, traceparent }) {
    const change = { by: actor.user_id, now, traceparent };
    const { suspended_at } = await setSuspended(deps.db, user_id, suspended, change);
    return {
      user_id,
      suspended: suspended_at !== null,
      ...(suspended_at !== null && { suspended_at: suspended_at.toISOString() }),
    };
  },
});
