import { z } from 'zod';
import { session_id, user_id } from './ids.js';

export const identityEvents = {
  'florin.identity.user.registered.v1': z
    .object({ user_id })
    .meta({ description: 'A person has registered. The subject is the user.' }),

  'florin.identity.user.updated.v1': z
    .object({
      user_id,
      changed: z
        .array(z.enum(['email', 'full_name', 'password', 'roles']))
        .min(1)
        .max(4)
        .meta({ description: 'What changed. The values are read from identity.' }),
    })
    .meta({
      description: 'A profile, a credential or the roles of a person have changed. The subject is the user.',
    }),

  'florin.identity.session.revoked.v1': z
    .object({
      user_id,
      session_id,
      reason: z
        .enum(['logged_out', 'refresh_token_reused', 'password_changed', 'by_admin'])
        .meta({ description: 'Why it ended.' }),
    })
    .meta({
      description: 'A session has ended: none of its tokens is to be honoured. The subject is the session.',
    }),
};
