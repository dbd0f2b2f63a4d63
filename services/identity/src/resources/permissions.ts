import { defineResource, idSchema } from '@florin/chassis';
import { z } from 'zod';
import type { IdentityDeps } from '../deps.js';
import { roles, scopesOf } from '../domain/roles.js';
import { findRoles } from '../store/users.js';
import { unknownUser, userParams, visibleUser } from './visible-user.js';

export const permissions = defineResource<IdentityDeps>()({
  name: 'permissions',
  title: "A person's permissions",
  description:
    'What somebody may do: roles, and the scopes that these open. A client may have been granted fewer of them.',
  uri: 'users://{user_id}/permissions',
  scopes: ['profile:read'],
  params: userParams,
  output: z.strictObject({
    user_id: idSchema('usr', 'Whose permissions they are.'),
    roles: z.array(z.enum(roles)).describe('The roles that the person has.'),
    scopes: z.array(z.string()).describe('All that the roles open.'),
  }),

  async read({ user_id: requested }, { actor, deps }) {
    const user_id = visibleUser(actor, requested);
    const found = await findRoles(deps.db, user_id);
    if (found === undefined) throw unknownUser();
    return {
      data: { user_id, roles: found.roles, scopes: scopesOf(found.roles) },
      last_modified: found.updated_at,
    };
  },
});
