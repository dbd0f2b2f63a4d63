import {
  type Actor,
  approvalInput,
  approvalOutput,
  approvalRequired,
  defineOperation,
  newId,
  userIdSchema,
} from '@florin/chassis';
import { fault, invalidField } from '@florin/faults';
import { transaction } from '@florin/postgres';
import { z } from 'zod';
import type { IdentityDeps } from '../deps.js';
import { normalizeEmail } from '../domain/email.js';
import { emailChangedLetter } from '../mail/letters.js';
import { unknownUser } from '../resources/visible-user.js';
import {
  emailSchema,
  fullNameSchema,
  localeSchema,
  phoneSchema,
  timeZoneSchema,
} from '../sign-in/person-fields.js';
import { findContact, type ProfileChange, updateProfile } from '../store/users.js';

const profileData = z.strictObject({
  full_name: fullNameSchema
    .optional()
    .describe('As it should be shown.')
    .meta({ examples: ['Ada Lovelace'] }),
  email: emailSchema
    .optional()
    .describe('A new address, which is also the new user name. Needs approval, and is confirmed by a mail.')
    .meta({ examples: ['ada@example.com'] }),
  phone: phoneSchema
    .optional()
    .describe('In international form (E.164). Needs approval.')
    .meta({ examples: ['+4930123456'] }),
  address: z
    .string()
    .min(3)
    .max(500)
    .optional()
    .describe('The postal address, as it is written on a letter.')
    .meta({ examples: ['1 Example Street, 10115 Berlin, Germany'] }),
  locale: localeSchema
    .optional()
    .describe('Language and country (BCP 47).')
    .meta({ examples: ['de-DE'] }),
  time_zone: timeZoneSchema
    .optional()
    .describe('From the IANA database.')
    .meta({ examples: ['Europe/Berlin'] }),
});

export const updateUserProfile = defineOperation<IdentityDeps>()({
  name: 'update_user_profile',
  title: 'Change my profile',
  description:
    'Changes what is known of the person who is signed in; what is left out stays. A new e-mail address or phone number ' +
    'takes effect only when the person has approved it: show them the approval_url, wait, and repeat the same call with ' +
    'approval_id.',
  scopes: ['profile:write'],
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: true },
  input: z.strictObject({
    profile_data: profileData.describe('What to change.').meta({ examples: [{ locale: 'de-DE' }] }),
    user_id: userIdSchema.optional(),
    ...approvalInput,
  }),
  output: z.strictObject({ ...approvalOutput }),

  async run({ profile_data, user_id = 'me', approval_id }, { actor, deps, now, traceparent }) {
    if (user_id !== 'me' && user_id !== actor.user_id) throw unknownUser();
    const contact = await findContact(deps, actor.user_id);
    if (contact === undefined) throw unknownUser();
    const changes = definedOf(profile_data);
    if (Object.keys(changes).length === 0) throw invalidField('profile_data', 'is empty: say what to change');
    // The same address again is no change: it needs no approval, and stays confirmed.
    if (changes.email !== undefined && normalizeEmail(changes.email) === normalizeEmail(contact.email)) {
      delete changes.email;
    }
    const asked = await askWhereNeeded(deps, actor, changes, approval_id, now);
    if (asked !== undefined) return approvalRequired(asked);

    await transaction(deps.db, async (tx) => {
      const when = { now, traceparent };
      if (!(await updateProfile(tx, deps.personalData, actor.user_id, changes, when))) {
        throw fault('EMAIL_TAKEN', 'Somebody else is registered with this e-mail address.');
      }
      if (changes.email === undefined) return;
      await deps.accountMail.notify(tx, contact, emailChangedLetter(), now);
      const renewed = { user_id: actor.user_id, email: changes.email };
      await deps.accountMail.sendVerification(tx, renewed, now);
    });
    return { status: 'done' as const };
  },
});

/** Contact data is how an account is won back: whoever may change it has the account. */
async function askWhereNeeded(
  deps: IdentityDeps,
  actor: Actor,
  changes: ProfileChange,
  approval_id: string | undefined,
  now: Date,
) {
  const { email, phone } = changes;
  if (email === undefined && phone === undefined) return undefined;
  const asked = await deps.approvals.require({
    actor,
    operation: 'update_user_profile',
    arguments: { user_id: actor.user_id, profile_data: changes },
    summary: Object.entries(changes).map(([field, text]) => ({
      label: `New ${labels[field as Field]}`,
      text,
    })),
    approval_id,
    operation_id: newId('op'),
    now,
  });
  return asked.granted ? undefined : asked.approval;
}

type Field = keyof ProfileChange;

const labels: Record<Field, string> = {
  full_name: 'name',
  email: 'e-mail address',
  phone: 'phone number',
  address: 'postal address',
  locale: 'language',
  time_zone: 'time zone',
};

function definedOf(given: z.output<typeof profileData>): ProfileChange {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
