import { z } from 'zod';
import { approval_id, key_id, session_id, user_id } from './ids.js';

const operation = z
  .string()
  .regex(/^[a-z][a-z_]{0,59}$/)
  .meta({ description: 'The operation that was asked for.' });

const by = user_id.optional().meta({ description: 'The admin who did it; absent where the person did.' });

export const identityEvents = {
  'florin.identity.user.registered.v1': z
    .object({ user_id })
    .meta({ description: 'A person has registered. The subject is the user.' }),

  'florin.identity.user.updated.v1': z
    .object({
      user_id,
      changed: z
        .array(
          z.enum([
            'email',
            'full_name',
            'phone',
            'address',
            'locale',
            'time_zone',
            'password',
            'roles',
            'suspension',
          ]),
        )
        .min(1)
        .max(9)
        .meta({ description: 'What changed. The values are read from identity.' }),
      by,
    })
    .meta({
      description: 'A profile, a credential or the roles of a person have changed. The subject is the user.',
    }),

  'florin.identity.user.suspended.v1': z.object({ user_id, by }).meta({
    description: 'A person has been suspended: nothing of theirs is to be honoured. The subject is the user.',
  }),

  'florin.identity.user.erased.v1': z.object({ user_id }).meta({
    description:
      'A person has deleted their account: every service deletes what it has of them. The subject is the user.',
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

  'florin.identity.api_key.revoked.v1': z.object({ user_id, key_id }).meta({
    description: 'An API key has ended: it is not to be honoured. The subject is the key.',
  }),

  'florin.identity.api_key.permissions_changed.v1': z.object({ user_id, key_id }).meta({
    description: 'What an API key may do has changed. It is read from identity. The subject is the key.',
  }),

  'florin.identity.approval.granted.v1': z.object({ user_id, approval_id, operation }).meta({
    description: 'A person has allowed what an agent asked for. The subject is the approval.',
  }),

  'florin.identity.approval.denied.v1': z.object({ user_id, approval_id, operation }).meta({
    description: 'A person has refused what an agent asked for. The subject is the approval.',
  }),

  'florin.identity.mfa.enabled.v1': z.object({ user_id }).meta({
    description:
      'A person has added a way to prove who they are after the password. The subject is the user.',
  }),
};
