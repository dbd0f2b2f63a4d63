import { z } from 'zod';
import { type Call, defineEndpoint } from '../endpoint.js';
import { addressed, named } from '../find.js';
import { clearable, cleared, flag, ignored, mergedMetadata, metadata, paging, text, url } from '../form.js';
import { idOf } from '../ids.js';
import { listOf } from '../lists.js';
import { methodNamed } from '../money/methods.js';
import { confirmSetUp, unexpectedSetUp } from '../money/set-up.js';
import { newSetupIntent } from '../present/intent.js';
import type { Row } from '../store.js';

const METHOD_TYPES = ['card', 'us_bank_account'] as const;

const confirmation = {
  mandate_data: ignored.optional(),
  payment_method: text.optional(),
  payment_method_options: ignored.optional(),
  return_url: url.optional(),
  use_stripe_sdk: flag.optional(),
};

const createSetupIntent = defineEndpoint({
  method: 'POST',
  path: '/v1/setup_intents',
  input: {
    ...confirmation,
    allowed_payment_method_types: z.array(z.enum(METHOD_TYPES)).min(1).optional(),
    automatic_payment_methods: z
      .strictObject({ enabled: flag, allow_redirects: z.enum(['always', 'never']).optional() })
      .optional(),
    confirm: flag.optional(),
    customer: text.optional(),
    description: clearable.optional(),
    metadata: metadata.optional(),
    usage: z.enum(['off_session', 'on_session']).optional(),
  },
  run(input, call) {
    const { world, account } = call;
    const { customer, allowed_payment_method_types: allowed, automatic_payment_methods } = input;
    if (customer !== undefined) named(world, 'customer', customer, account, 'customer');
    const method =
      input.payment_method === undefined
        ? undefined
        : methodNamed(world, account, input.payment_method, 'payment_method');
    const row = world.store.insert(
      'setup_intent',
      newSetupIntent(world.now(), {
        allowed_payment_method_types: allowed ?? null,
        automatic_payment_methods:
          automatic_payment_methods?.enabled === false
            ? null
            : { enabled: true, allow_redirects: automatic_payment_methods?.allow_redirects ?? 'always' },
        customer: customer ?? null,
        description: cleared(input.description),
        metadata: mergedMetadata({}, input.metadata),
        payment_method_types: [...(allowed ?? METHOD_TYPES)],
        usage: input.usage ?? 'off_session',
      }),
      account,
    );
    if (method) world.store.change(row, { payment_method: method.id, status: 'requires_confirmation' });
    world.emit('setup_intent.created', row);
    if (input.confirm) confirm(call, row, input);
    return row.object;
  },
});

const confirmSetupIntent = defineEndpoint({
  method: 'POST',
  path: '/v1/setup_intents/:intent/confirm',
  input: confirmation,
  run(input, call) {
    const row = addressed(call.world, 'setup_intent', call.part('intent'), call.account);
    confirm(call, row, input);
    return row.object;
  },
});

function confirm(
  { world, account, public_url }: Call,
  row: Row<'setup_intent'>,
  input: z.infer<z.ZodObject<typeof confirmation>>,
): void {
  const chosen = input.payment_method ?? idOf(row.object.payment_method);
  const method = chosen === null ? undefined : methodNamed(world, account, chosen, 'payment_method');
  confirmSetUp(world, row, method, {
    return_url: input.return_url ?? null,
    mandate_accepted: input.mandate_data !== undefined,
    public_url,
  });
}

const updateSetupIntent = defineEndpoint({
  method: 'POST',
  path: '/v1/setup_intents/:intent',
  input: { description: clearable.optional(), metadata: metadata.optional() },
  run(input, { world, account, part }) {
    const row = addressed(world, 'setup_intent', part('intent'), account);
    world.store.change(row, {
      description: cleared(input.description, row.object.description),
      metadata: mergedMetadata(row.object.metadata, input.metadata),
    });
    return row.object;
  },
});

const retrieveSetupIntent = defineEndpoint({
  method: 'GET',
  path: '/v1/setup_intents/:intent',
  input: { client_secret: text.optional() },
  run: (_input, { world, account, part }) => addressed(world, 'setup_intent', part('intent'), account).object,
});

const cancelSetupIntent = defineEndpoint({
  method: 'POST',
  path: '/v1/setup_intents/:intent/cancel',
  input: { cancellation_reason: z.enum(['abandoned', 'duplicate', 'requested_by_customer']).optional() },
  run(input, { world, account, part }) {
    const row = addressed(world, 'setup_intent', part('intent'), account);
    if (!row.object.status.startsWith('requires_')) throw unexpectedSetUp('cancel', row.object);
    world.change(row, 'setup_intent.canceled', {
      status: 'canceled',
      cancellation_reason: input.cancellation_reason ?? null,
      next_action: null,
    });
    return row.object;
  },
});

const listSetupIntents = defineEndpoint({
  method: 'GET',
  path: '/v1/setup_intents',
  input: { ...paging, customer: text.optional(), payment_method: text.optional() },
  run: (input, call) =>
    listOf(
      call,
      'setup_intent',
      '/v1/setup_intents',
      input,
      ({ customer, payment_method }) =>
        (input.customer === undefined || customer === input.customer) &&
        (input.payment_method === undefined || payment_method === input.payment_method),
    ),
});

export const setupIntents = [
  createSetupIntent,
  listSetupIntents,
  retrieveSetupIntent,
  updateSetupIntent,
  confirmSetupIntent,
  cancelSetupIntent,
];
