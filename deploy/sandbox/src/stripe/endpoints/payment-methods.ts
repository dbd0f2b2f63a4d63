import { z } from 'zod';
import { defineEndpoint } from '../endpoint.js';
import { invalid } from '../errors.js';
import { addressed, named } from '../find.js';
import { clearable, ignored, mergedMetadata, metadata, paging, text } from '../form.js';
import { idOf } from '../ids.js';
import { listOf } from '../lists.js';
import { attach, methodNamed } from '../money/methods.js';
import { NO_BILLING_DETAILS } from '../present/method.js';
import { testMethod } from '../test-methods.js';

const billing_details = z
  .strictObject({
    address: ignored.optional(),
    email: clearable.optional(),
    name: clearable.optional(),
    phone: clearable.optional(),
    tax_id: clearable.optional(),
  })
  .optional();

const RAW_DATA =
  'Sending credit card numbers directly to the Stripe API is generally unsafe. We suggest you use test tokens that map to the test card you are using, see https://stripe.com/docs/testing.';

function billing(given: z.infer<typeof billing_details>) {
  const { email = null, name = null, phone = null } = given ?? {};
  return { ...NO_BILLING_DETAILS, email, name, phone };
}

/** From test tokens alone: a stand-in has no business with numbers of cards. */
const createPaymentMethod = defineEndpoint({
  method: 'POST',
  path: '/v1/payment_methods',
  input: {
    type: z.enum(['card', 'us_bank_account']),
    billing_details,
    card: z.looseObject({ token: text.optional() }).optional(),
    us_bank_account: z.looseObject({}).optional(),
    metadata: metadata.optional(),
  },
  run(input, { world, account }) {
    if (input.type === 'us_bank_account') {
      throw invalid('The stand-in makes no bank accounts from numbers: use pm_usBankAccount and the like.', {
        param: 'us_bank_account',
      });
    }
    const token = input.card?.token;
    if (token === undefined) throw invalid(RAW_DATA, { status: 402, param: 'card' });
    if (!token.startsWith('tok_') || !testMethod(token)) {
      throw invalid(`No such token: '${token}'`, { code: 'resource_missing', param: 'card[token]' });
    }
    return methodNamed(world, account, token, 'card[token]', {
      billing_details: billing(input.billing_details),
      metadata: mergedMetadata({}, input.metadata),
    }).object;
  },
});

const retrievePaymentMethod = defineEndpoint({
  method: 'GET',
  path: '/v1/payment_methods/:payment_method',
  input: {},
  run(_input, { world, account, part }) {
    const id = part('payment_method');
    // Test tokens can be looked at like methods.
    if (testMethod(id)) return methodNamed(world, account, id, 'payment_method').object;
    return addressed(world, 'payment_method', id, account).object;
  },
});

const updatePaymentMethod = defineEndpoint({
  method: 'POST',
  path: '/v1/payment_methods/:payment_method',
  input: { metadata: metadata.optional(), billing_details, allow_redisplay: text.optional() },
  run(input, { world, account, part }) {
    const row = addressed(world, 'payment_method', part('payment_method'), account);
    world.change(row, 'payment_method.updated', {
      metadata: mergedMetadata(row.object.metadata, input.metadata),
      ...(input.billing_details ? { billing_details: billing(input.billing_details) } : {}),
      ...(input.allow_redisplay ? { allow_redisplay: input.allow_redisplay } : {}),
    });
    return row.object;
  },
});

const attachPaymentMethod = defineEndpoint({
  method: 'POST',
  path: '/v1/payment_methods/:payment_method/attach',
  input: { customer: text },
  run({ customer }, { world, account, part }) {
    const id = part('payment_method');
    const { id: owner } = named(world, 'customer', customer, account, 'customer');
    const row = testMethod(id)
      ? methodNamed(world, account, id, 'payment_method')
      : addressed(world, 'payment_method', id, account);
    attach(world, row, owner);
    return row.object;
  },
});

const detachPaymentMethod = defineEndpoint({
  method: 'POST',
  path: '/v1/payment_methods/:payment_method/detach',
  input: {},
  run(_input, { world, account, part }) {
    const row = addressed(world, 'payment_method', part('payment_method'), account);
    if (idOf(row.object.customer) === null) {
      throw invalid(
        'The payment method you provided is not attached to a customer so detachment is impossible.',
        { code: 'payment_method_not_attached' },
      );
    }
    world.change(row, 'payment_method.detached', { customer: null }, { spent: true });
    return row.object;
  },
});

const listPaymentMethods = defineEndpoint({
  method: 'GET',
  path: '/v1/payment_methods',
  input: { ...paging, customer: text.optional(), type: text.optional() },
  run: (input, call) =>
    listOf(
      call,
      'payment_method',
      '/v1/payment_methods',
      input,
      ({ customer, type }) =>
        customer !== null &&
        (input.customer === undefined || customer === input.customer) &&
        (input.type === undefined || type === input.type),
    ),
});

const retrieveMandate = defineEndpoint({
  method: 'GET',
  path: '/v1/mandates/:mandate',
  input: {},
  run: (_input, { world, account, part }) => addressed(world, 'mandate', part('mandate'), account).object,
});

export const paymentMethods = [
  createPaymentMethod,
  listPaymentMethods,
  retrievePaymentMethod,
  updatePaymentMethod,
  attachPaymentMethod,
  detachPaymentMethod,
  retrieveMandate,
];
