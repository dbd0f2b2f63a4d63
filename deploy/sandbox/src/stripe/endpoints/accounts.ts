import { z } from 'zod';
import { type Call, defineEndpoint } from '../endpoint.js';
import { invalid } from '../errors.js';
import { addressed } from '../find.js';
import {
  clearable,
  cleared,
  flag,
  ignored,
  integer,
  mergedMetadata,
  metadata,
  paging,
  text,
} from '../form.js';
import { newStripeId } from '../ids.js';
import { listOf } from '../lists.js';
import { restate } from '../money/onboarding.js';
import { newAccount } from '../present/account.js';
import type { Row } from '../store.js';

const capabilities = z.record(z.string().max(60), z.strictObject({ requested: flag })).optional();
const settings = z
  .looseObject({
    payouts: z.looseObject({ schedule: z.looseObject({ interval: text.optional() }).optional() }).optional(),
  })
  .optional();

/** https://docs.stripe.com/connect/migrate-to-controller-properties: given in the place of `type`. */
const controller = z.strictObject({
  fees: z.strictObject({ payer: z.enum(['account', 'application']) }).optional(),
  losses: z.strictObject({ payments: z.enum(['application', 'stripe']) }).optional(),
  requirement_collection: z.enum(['application', 'stripe']).optional(),
  stripe_dashboard: z.strictObject({ type: z.enum(['express', 'full', 'none']) }).optional(),
});

const fields = {
  business_profile: ignored.optional(),
  business_type: text.optional(),
  capabilities,
  company: ignored.optional(),
  email: clearable.optional(),
  individual: ignored.optional(),
  metadata: metadata.optional(),
  settings,
  tos_acceptance: z
    .strictObject({
      date: integer.optional(),
      ip: text.optional(),
      service_agreement: text.optional(),
      user_agent: text.optional(),
    })
    .optional(),
};

const createAccount = defineEndpoint({
  method: 'POST',
  path: '/v1/accounts',
  input: {
    ...fields,
    controller: controller.optional(),
    country: z.string().length(2).optional(),
    default_currency: z.string().length(3).optional(),
    type: z.enum(['custom', 'express', 'standard']).optional(),
  },
  run(input, { world, account, faults }) {
    if (input.type !== undefined && input.controller !== undefined) {
      throw invalid('You may not provide the `type` parameter and `controller` parameters simultaneously.', {
        param: 'type',
      });
    }
    const onboarding = faults.take('onboarding_required') && 'due';
    const { date = null, ip = null, user_agent = null } = input.tos_acceptance ?? {};
    const made = newAccount({
      id: newStripeId('acct', 16),
      business_type: input.business_type ?? null,
      capabilities: requested(input.capabilities),
      controller: withoutAbsent(input.controller ?? {}),
      country: input.country ?? 'US',
      created: world.now(),
      default_currency: input.default_currency ?? 'usd',
      email: cleared(input.email),
      metadata: mergedMetadata({}, input.metadata),
      onboarding,
      payout_interval: input.settings?.payouts?.schedule?.interval ?? 'daily',
      tos_acceptance: { date, ip, user_agent },
      type: input.type ?? 'none',
    });
    const row = world.store.insert('account', made, account, onboarding && { onboarding });
    world.emit('account.updated', row, undefined, row.id);
    return row.object;
  },
});

const retrieveAccount = defineEndpoint({
  method: 'GET',
  path: '/v1/accounts/:account',
  input: {},
  run: (_input, call) => accountOf(call).object,
});

const updateAccount = defineEndpoint({
  method: 'POST',
  path: '/v1/accounts/:account',
  input: fields,
  run(input, call) {
    const row = accountOf(call);
    const { object } = row;
    const added = Object.fromEntries(requested(input.capabilities).map((name) => [name, 'pending']));
    restate(call.world, row, {
      business_type: input.business_type ?? object.business_type ?? null,
      capabilities: { ...object.capabilities, ...added },
      email: cleared(input.email, object.email),
      metadata: mergedMetadata(object.metadata ?? {}, input.metadata),
      tos_acceptance: { ...object.tos_acceptance, ...withoutAbsent(input.tos_acceptance ?? {}) },
    });
    return row.object;
  },
});

const deleteAccount = defineEndpoint({
  method: 'DELETE',
  path: '/v1/accounts/:account',
  input: {},
  run(_input, call) {
    const row = accountOf(call);
    call.world.store.change(row, {}, { deleted: true });
    return { id: row.id, object: 'account', deleted: true };
  },
});

const listAccounts = defineEndpoint({
  method: 'GET',
  path: '/v1/accounts',
  input: paging,
  run: (input, call) => listOf(call, 'account', '/v1/accounts', input),
});

/** What may be active of what was asked for. */
function requested(asked: z.infer<typeof capabilities>): string[] {
  return Object.entries(asked ?? {})
    .filter(([, { requested: wanted }]) => wanted)
    .map(([name]) => name);
}

function withoutAbsent<T extends object>(given: T): { [Name in keyof T]: Exclude<T[Name], undefined> } {
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as { [Name in keyof T]: Exclude<T[Name], undefined> };
}

/** By its id in the address; an account may look at itself. */
export function accountOf({ world, account, part }: Call): Row<'account'> {
  const id = part('account');
  const row = addressed(world, 'account', id, account === id ? null : account);
  return row.hidden.deleted ? addressed(world, 'account', '', null) : row;
}

export const accounts = [createAccount, listAccounts, retrieveAccount, updateAccount, deleteAccount];
