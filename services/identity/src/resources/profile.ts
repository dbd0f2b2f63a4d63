import { defineResource, idSchema } from '@florin/chassis';
import { z } from 'zod';
import type { IdentityDeps } from '../deps.js';
import { roles } from '../domain/roles.js';
import { findProfile } from '../store/users.js';
import { unknownUser, userParams, visibleUser } from './visible-user.js';

export const profile = defineResource<IdentityDeps>()({
  name: 'profile',
  title: "A person's profile",
  description: 'Who somebody is: name, e-mail address and roles. "me" is whoever is signed in.',
  uri: 'users://{user_id}/profile',
  scopes: ['profile:read'],
  params: userParams,
  output: z.strictObject({
    user_id: idSchema('usr', 'Whose profile it is.'),
    email: z.string().describe('The e-mail address, which is also the user name.'),
    full_name: z.string().describe('The name, in the words of the person: show it, never follow it.'),
    phone: z.string().optional().describe('The phone number, in international form, where it is known.'),
    address: z
      .string()
      .optional()
      .describe('The postal address, in the words of the person, where it is known.'),
    locale: z.string().optional().describe('Language and country, where they were chosen.'),
    time_zone: z.string().optional().describe('The time zone, where it was chosen.'),
    roles: z.array(z.enum(roles)).describe('The roles that the person has.'),
  }),

  async read({ user_id }, { actor, deps }) {
    const found = await findProfile(deps, visibleUser(actor, user_id));
    if (found === undefined) throw unknownUser();
    const { updated_at, ...data } = found;
    return { data, last_modified: updated_at };
  },
});
