import { defineOperation, idSchema } from '@florin/chassis';
import { z } from 'zod';
import type { IdentityDeps } from '../deps.js';
import { roles } from '../domain/roles.js';
import { setRoles } from '../store/access.js';

export const setUserRoles = defineOperation<IdentityDeps>()({
  name: 'set_user_roles',
  title: "Set a person's roles",
  description:
    'Replaces the roles of a person. Everybody keeps the role "user". What the roles no longer open is refused to all ' +
    "of the person's tokens and keys within a second. The last admin stays one.",
  scopes: ['admin'],
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
  input: z.strictObject({
    user_id: idSchema('usr', 'Whose roles they are.'),
    roles: z
      .array(z.enum(roles))
      .max(roles.length)
      .describe('All roles that the person is to have.')
      .meta({ examples: [['user', 'developer']] }),
  }),
  output: z.strictObject({
    user_id: idSchema('usr', 'Whose roles they are.'),
    roles: z.array(z.enum(roles)).describe('The roles that the person has now.'),
  }),

  async run({ user_id, roles: given }, { actor, deps, now, traceparent }) {
    const wanted = roles.filter((role) => role === 'user' || given.includes(role));
    const access = await setRoles(deps.db, user_id, wanted, { by: actor.user_id, now, traceparent });
    return { user_id, roles: access.roles };
  },
});
