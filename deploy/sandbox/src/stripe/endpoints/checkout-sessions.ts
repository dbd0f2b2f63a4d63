import type Stripe from 'stripe';
import { z } from 'zod';
import { defineEndpoint } from '../endpoint.js';
import { invalid } from '../errors.js';
import { addressed, named } from '../find.js';
import { currency, ignored, integer, mergedMetadata, metadata, paging, text } from '../form.js';
import { newStripeId } from '../ids.js';
import { listOf } from '../lists.js';
import { expireSession, startSetUp } from '../money/set-up-page.js';
import { newSession } from '../present/session.js';

const LIFE_S = 86_400;
const METHOD_TYPES = ['card', 'us_bank_account'] as const;
/** May hold `{CHECKOUT_SESSION_ID}`, which is no character of an address. */
const address = z
  .string()
  .regex(/^https?:\/\/.+/, 'must be an http address')
  .max(5_000);

const createSession = defineEndpoint({
  method: 'POST',
  path: '/v1/checkout/sessions',
  input: {
    allowed_payment_method_types: z.array(z.enum(METHOD_TYPES)).min(1).optional(),
    cancel_url: address.optional(),
    client_reference_id: text.optional(),
    currency: currency.optional(),
    customer: text.optional(),
    expires_at: integer.optional(),
    locale: ignored.optional(),
    metadata: metadata.optional(),
    mode: z.enum(['payment', 'setup', 'subscription']),
    payment_method_options: z
      .strictObject({
        us_bank_account: z.strictObject({ verification_method: z.enum(['automatic', 'instant']) }),
      })
      .optional(),
    setup_intent_data: z
      .strictObject({ description: text.optional(), metadata: metadata.optional() })
      .optional(),
    success_url: address.optional(),
  },
  run(input, { world, account, public_url }) {
    if (input.mode !== 'setup') {
      throw invalid('The stand-in serves the mode setup only.', { param: 'mode' });
    }
    const { customer, allowed_payment_method_types: allowed } = input;
    if (customer !== undefined) named(world, 'customer', customer, account, 'customer');
    if (!allowed && input.currency === undefined) {
      throw invalid('You must provide `currency` or `allowed_payment_method_types` in `setup` mode.', {
        code: 'parameter_missing',
        param: 'currency',
      });
    }
    const types = [...(allowed ?? METHOD_TYPES)].filter(
      (type) => type === 'card' || (input.currency ?? 'usd') === 'usd',
    );
    const id = newStripeId('cs_test', 58);
    const created = world.now();
    const expires_at = input.expires_at ?? created + LIFE_S;
    const setup_intent = startSetUp(world, customer ?? null, types, account);
    const setUp = world.store.get('setup_intent', setup_intent);
    if (setUp) {
      world.store.change(setUp, {
        description: input.setup_intent_data?.description ?? null,
        metadata: mergedMetadata({}, input.setup_intent_data?.metadata),
      });
    }
    const session: Stripe.Checkout.Session = newSession({
      id,
      allowed_payment_method_types: allowed ?? null,
      cancel_url: input.cancel_url ?? null,
      client_reference_id: input.client_reference_id ?? null,
      created,
      currency: input.currency ?? null,
      customer: customer ?? null,
      expires_at,
      metadata: mergedMetadata({}, input.metadata),
      payment_method_options: input.payment_method_options ?? {},
      payment_method_types: types,
      setup_intent,
      success_url: input.success_url ?? null,
      url: `${public_url}/checkout/${id}`,
    });
    return world.store.insert('checkout.session', session, account, { due_at_ms: expires_at * 1_000 }).object;
  },
});

const retrieveSession = defineEndpoint({
  method: 'GET',
  path: '/v1/checkout/sessions/:session',
  input: {},
  run: (_input, { world, account, part }) =>
    addressed(world, 'checkout.session', part('session'), account).object,
});

const listSessions = defineEndpoint({
  method: 'GET',
  path: '/v1/checkout/sessions',
  input: { ...paging, customer: text.optional(), status: z.enum(['open', 'complete', 'expired']).optional() },
  run: (input, call) =>
    listOf(
      call,
      'checkout.session',
      '/v1/checkout/sessions',
      input,
      ({ customer, status }) =>
        (input.customer === undefined || customer === input.customer) &&
        (input.status === undefined || status === input.status),
    ),
});

const expireSessionEndpoint = defineEndpoint({
  method: 'POST',
  path: '/v1/checkout/sessions/:session/expire',
  input: {},
  run(_input, { world, account, part }) {
    const row = addressed(world, 'checkout.session', part('session'), account);
    if (row.object.status !== 'open') {
      throw invalid(
        `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${row.object.status}.`,
      );
    }
    expireSession(world, row);
    return row.object;
  },
});

export const checkoutSessions = [createSession, listSessions, retrieveSession, expireSessionEndpoint];
