import { z } from 'zod';
import { type Call, defineEndpoint } from '../endpoint.js';
import { invalid } from '../errors.js';
import { addressed, named } from '../find.js';
import {
  clearable,
  cleared,
  currency,
  flag,
  ignored,
  integer,
  mergedMetadata,
  metadata,
  paging,
  text,
  url,
} from '../form.js';
import { idOf } from '../ids.js';
import { listOf } from '../lists.js';
import { cancel, capture } from '../money/capture.js';
import { confirmPayment, unexpectedState } from '../money/confirm.js';
import { checkOwner, methodNamed } from '../money/methods.js';
import { newPaymentIntent } from '../present/intent.js';
import { search, searchInput } from '../search.js';
import type { Row } from '../store.js';

const METHOD_TYPES = ['card', 'us_bank_account'] as const;

const confirmation = {
  allowed_payment_method_types: z.array(z.enum(METHOD_TYPES)).min(1).optional(),
  mandate: text.optional(),
  mandate_data: ignored.optional(),
  off_session: flag.optional(),
  payment_method: text.optional(),
  payment_method_options: ignored.optional(),
  return_url: url.optional(),
  use_stripe_sdk: flag.optional(),
  error_on_requires_action: flag.optional(),
};

const fields = {
  customer: text.optional(),
  description: clearable.optional(),
  metadata: metadata.optional(),
  receipt_email: clearable.optional(),
  setup_future_usage: z.enum(['off_session', 'on_session']).optional(),
  statement_descriptor: clearable.optional(),
  statement_descriptor_suffix: clearable.optional(),
  transfer_group: text.optional(),
};

const createPaymentIntent = defineEndpoint({
  method: 'POST',
  path: '/v1/payment_intents',
  input: {
    ...fields,
    ...confirmation,
    amount: integer,
    currency,
    automatic_payment_methods: z
      .strictObject({ enabled: flag, allow_redirects: z.enum(['always', 'never']).optional() })
      .optional(),
    capture_method: z.enum(['automatic', 'automatic_async', 'manual']).optional(),
    confirm: flag.optional(),
    confirmation_method: z.enum(['automatic', 'manual']).optional(),
  },
  run(input, call) {
    const { world, account } = call;
    checkAmount(input.amount, input.currency);
    checkConfirmation(input);
    const { customer, allowed_payment_method_types: allowed, automatic_payment_methods } = input;
    if (customer !== undefined) named(world, 'customer', customer, account, 'customer');
    const method =
      input.payment_method === undefined
        ? undefined
        : methodNamed(world, account, input.payment_method, 'payment_method');
    if (method) checkOwner(method, customer ?? null);
    const automatic = automatic_payment_methods?.enabled !== false;
    const row = world.store.insert(
      'payment_intent',
      newPaymentIntent(world.now(), {
        allowed_payment_method_types: allowed ?? null,
        amount: input.amount,
        automatic_payment_methods: automatic
          ? { enabled: true, allow_redirects: automatic_payment_methods?.allow_redirects ?? 'always' }
          : null,
        capture_method: input.capture_method ?? 'automatic',
        confirmation_method: input.confirmation_method ?? 'automatic',
        currency: input.currency,
        customer: customer ?? null,
        description: cleared(input.description),
        metadata: mergedMetadata({}, input.metadata),
        payment_method_types: compatible(input.currency, allowed, automatic),
        receipt_email: cleared(input.receipt_email),
        setup_future_usage: input.setup_future_usage ?? null,
        statement_descriptor: cleared(input.statement_descriptor),
        statement_descriptor_suffix: cleared(input.statement_descriptor_suffix),
        transfer_group: input.transfer_group ?? null,
      }),
      account,
    );
    if (method) world.store.change(row, { payment_method: method.id, status: 'requires_confirmation' });
    world.emit('payment_intent.created', row);
    if (input.confirm) confirm(call, row, input);
    return row.object;
  },
});

const confirmPaymentIntent = defineEndpoint({
  method: 'POST',
  path: '/v1/payment_intents/:intent/confirm',
  input: { ...confirmation, receipt_email: clearable.optional() },
  run(input, call) {
    const row = addressed(call.world, 'payment_intent', call.part('intent'), call.account);
    confirm(call, row, input);
    return row.object;
  },
});

function confirm(
  call: Call,
  row: Row<'payment_intent'>,
  input: z.infer<z.ZodObject<typeof confirmation>>,
): void {
  const { world, account, public_url } = call;
  const allowed = input.allowed_payment_method_types;
  if (allowed) {
    const payment_method_types = compatible(row.object.currency, allowed, true);
    world.store.change(row, { allowed_payment_method_types: allowed, payment_method_types });
  }
  const chosen = input.payment_method ?? idOf(row.object.payment_method);
  const method = chosen === null ? undefined : methodNamed(world, account, chosen, 'payment_method');
  confirmPayment(world, row, method, {
    off_session: input.off_session ?? false,
    error_on_requires_action: input.error_on_requires_action ?? false,
    return_url: input.return_url ?? null,
    mandate_accepted: input.mandate_data !== undefined,
    public_url,
  });
}

const updatePaymentIntent = defineEndpoint({
  method: 'POST',
  path: '/v1/payment_intents/:intent',
  input: { ...fields, amount: integer.optional(), payment_method: text.optional() },
  run(input, { world, account, part }) {
    const row = addressed(world, 'payment_intent', part('intent'), account);
    const { object } = row;
    const { amount, payment_method } = input;
    if (amount !== undefined || payment_method !== undefined) {
      if (!object.status.startsWith('requires_') || object.status === 'requires_capture') {
        throw unexpectedState('update', object);
      }
      if (amount !== undefined) checkAmount(amount, object.currency);
    }
    const method =
      payment_method === undefined
        ? undefined
        : methodNamed(world, account, payment_method, 'payment_method');
    if (input.customer !== undefined) named(world, 'customer', input.customer, account, 'customer');
    world.store.change(row, {
      ...(amount === undefined ? {} : { amount }),
      ...(method ? { payment_method: method.id, status: 'requires_confirmation' } : {}),
      ...(input.customer === undefined ? {} : { customer: input.customer }),
      ...(input.setup_future_usage === undefined ? {} : { setup_future_usage: input.setup_future_usage }),
      ...(input.transfer_group === undefined ? {} : { transfer_group: input.transfer_group }),
      description: cleared(input.description, object.description),
      metadata: mergedMetadata(object.metadata, input.metadata),
      receipt_email: cleared(input.receipt_email, object.receipt_email),
    });
    return row.object;
  },
});

const retrievePaymentIntent = defineEndpoint({
  method: 'GET',
  path: '/v1/payment_intents/:intent',
  input: { client_secret: text.optional() },
  run: (_input, { world, account, part }) =>
    addressed(world, 'payment_intent', part('intent'), account).object,
});

const capturePaymentIntent = defineEndpoint({
  method: 'POST',
  path: '/v1/payment_intents/:intent/capture',
  input: {
    amount_to_capture: integer.optional(),
    final_capture: flag.optional(),
    metadata: metadata.optional(),
    statement_descriptor_suffix: clearable.optional(),
  },
  run(input, { world, account, part }) {
    const row = addressed(world, 'payment_intent', part('intent'), account);
    capture(world, row, input.amount_to_capture);
    world.store.change(row, { metadata: mergedMetadata(row.object.metadata, input.metadata) });
    return row.object;
  },
});

const cancelPaymentIntent = defineEndpoint({
  method: 'POST',
  path: '/v1/payment_intents/:intent/cancel',
  input: {
    cancellation_reason: z.enum(['abandoned', 'duplicate', 'fraudulent', 'requested_by_customer']).optional(),
  },
  run(input, { world, account, part }) {
    const row = addressed(world, 'payment_intent', part('intent'), account);
    cancel(world, row, input.cancellation_reason ?? null);
    return row.object;
  },
});

const listPaymentIntents = defineEndpoint({
  method: 'GET',
  path: '/v1/payment_intents',
  input: { ...paging, customer: text.optional() },
  run: (input, call) =>
    listOf(
      call,
      'payment_intent',
      '/v1/payment_intents',
      input,
      ({ customer }) => input.customer === undefined || customer === input.customer,
    ),
});

const searchPaymentIntents = defineEndpoint({
  method: 'GET',
  path: '/v1/payment_intents/search',
  input: searchInput,
  run: (input, call) => search(call, 'payment_intent', '/v1/payment_intents/search', input),
});

/** https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts */
function checkAmount(amount: number, code: string): void {
  const least = code === 'jpy' ? 50 : code === 'gbp' ? 30 : 50;
  if (amount < 1) {
    throw invalid('This value must be greater than or equal to 1.', {
      code: 'parameter_invalid_integer',
      param: 'amount',
    });
  }
  if (amount < least) {
    const smallest = code === 'jpy' ? `¥${least}` : `$0.${least}`;
    throw invalid(`Amount must be at least ${smallest} ${code}`, {
      code: 'amount_too_small',
      param: 'amount',
    });
  }
  if (amount > 99_999_999) {
    throw invalid('Amount must be no more than $999,999.99', { code: 'amount_too_large', param: 'amount' });
  }
}

function checkConfirmation(input: {
  confirm?: boolean | undefined;
  off_session?: boolean | undefined;
}): void {
  if (input.off_session !== undefined && !input.confirm) {
    throw invalid('You cannot pass `off_session` when `confirm` is not `true`.', { param: 'off_session' });
  }
}

/** "Stripe automatically returns compatible payment methods from this list in the `payment_method_types` field". */
function compatible(code: string, allowed: readonly string[] | undefined, automatic: boolean): string[] {
  const offered = allowed ?? (automatic ? METHOD_TYPES : ['card']);
  return offered.filter((type) => type === 'card' || code === 'usd');
}

export const paymentIntents = [
  createPaymentIntent,
  searchPaymentIntents,
  listPaymentIntents,
  retrievePaymentIntent,
  updatePaymentIntent,
  confirmPaymentIntent,
  capturePaymentIntent,
  cancelPaymentIntent,
];
