import { type Actor, defineOperation } from '@florin/chassis';
import { fault } from '@florin/faults';
import { z } from 'zod';
import type { IdentityDeps } from '../deps.js';
import { endAllSessions, endOneSession } from '../store/sessions.js';

export const endSession = defineOperation<IdentityDeps>()({
  name: 'end_session',
  title: 'Sign out',
  description:
    'Ends a sign-in of yours: none of its tokens is honoured any more. Without arguments it ends the present one; ' +
    '"all" signs you out everywhere.',
  scopes: ['profile:write'],
  rare: true,
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
  input: z.strictObject({
    session_id: z
      .string()
      .max(64)
      .regex(/^(all|ses_[0-7][0-9a-hjkmnp-tv-z]{25})$/, {
        error: 'must be "all" or an id that starts with "ses_", such as ses_01jd5c3k8qf6t9w2x4y7z0a1b2',
      })
      .optional()
      .describe('The session to end, or "all". The present one when left out.')
      .meta({ examples: ['all', 'ses_01jd5c3k8qf6t9w2x4y7z0a1b2'] }),
  }),
  output: z.strictObject({
    ended: z
      .int()
      .min(0)
      .describe('How many sessions this ended; 0 when they had ended before.')
      .meta({ examples: [1] }),
  }),

  async run({ session_id }, { actor, deps, now, traceparent }) {
    const when = { now, traceparent };
    if (session_id === 'all') return { ended: await endAllSessions(deps.db, actor.user_id, when) };
    const ended = await endOneSession(deps.db, actor.user_id, session_id ?? presentSession(actor), when);
    if (ended === undefined) throw fault('NOT_FOUND', 'You have no such session.');
    return { ended };
  },
});

function presentSession(actor: Actor): string {
  if (actor.session_id !== undefined) return actor.session_id;
  throw fault('FAILED_PRECONDITION', 'This call belongs to no session. Say in session_id which one to end.');
}
