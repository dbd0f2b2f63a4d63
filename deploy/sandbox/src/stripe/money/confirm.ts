import type Stripe from 'stripe';
import { invalid, StripeRefusal, withDocs } from '../errors.js';
import { idOf } from '../ids.js';
import type { Row } from '../store.js';
import type { Decline, TestMethod } from '../test-methods.js';
import type { World } from '../world.js';
import { type Attempt, behaviourOf, chargeCard, debitBank } from './charge.js';
import { checkOwner, declined, mandateOf } from './methods.js';

export interface Confirmation {
  off_session: boolean;
  /** Rather refused than waiting for the person. */
  error_on_requires_action: boolean;
  return_url: string | null;
  /** The person accepts that their bank is debited. */
  mandate_accepted: boolean;
  public_url: string;
}

const CONFIRMABLE = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

/**
 * Tries to pay: https://docs.stripe.com/payments/paymentintents/lifecycle.
 * Throws what Stripe answers to a decline (402), which leaves the intent at `requires_payment_method`.
 */
export function confirmPayment(
  world: World,
  intent: Row<'payment_intent'>,
  method: Row<'payment_method'> | undefined,
  confirmation: Confirmation,
): void {
  const test = checkConfirmable(intent, method, confirmation);
  // Checked by `checkConfirmable`.
  if (!method) return;
  const { off_session, error_on_requires_action, return_url, mandate_accepted, public_url } = confirmation;
  world.store.change(
    intent,
    { payment_method: method.id, last_payment_error: null, next_action: null },
    { off_session, ...(return_url === null ? {} : { return_url }) },
  );
  if (test.type === 'us_bank_account') {
    const mandate = mandateOf(world, method, mandate_accepted);
    if (mandate === undefined) throw mandateNeeded(intent.object);
    debitBank(world, { intent, method, test, authenticated: false }, mandate);
    return;
  }
  const needed =
    test.authentication === 'always' ||
    (test.authentication === 'unless_set_up' && !method.hidden.set_up) ||
    (test.authentication === 'on_session' && !off_session);
  if (needed && (off_session || error_on_requires_action)) {
    const refused = { ...test, decline: AUTHENTICATION_REQUIRED };
    refuse(world, { intent, method, test: refused, authenticated: false }, AUTHENTICATION_REQUIRED);
  }
  if (needed) {
    const url = `${public_url}/authenticate/${intent.id}?secret=${intent.object.client_secret}`;
    const next_action = redirect(url, return_url);
    world.change(intent, 'payment_intent.requires_action', { status: 'requires_action', next_action });
    return;
  }
  attempt(world, { intent, method, test, authenticated: false });
}

/** What follows when the person has shown the bank who they are, or could not. */
export function completeAuthentication(world: World, intent: Row<'payment_intent'>, proven: boolean): void {
  const method = world.store.get('payment_method', idOf(intent.object.payment_method));
  if (!method || intent.object.status !== 'requires_action') return;
  const test = behaviourOf(method);
  if (proven) {
    try {
      attempt(world, { intent, method, test, authenticated: true });
    } catch (error) {
      // Told by the intent and its event: nobody waits for an answer here.
      if (!(error instanceof StripeRefusal)) throw error;
    }
    return;
  }
  failIntent(world, intent, {
    type: 'invalid_request_error',
    code: 'payment_intent_authentication_failure',
    message:
      'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.',
    payment_method: method.object,
  });
}

function attempt(world: World, tried: Attempt): void {
  if (tried.test.type !== 'card') return;
  const decline = chargeCard(world, tried, tried.test);
  if (decline) throw refusal(world, tried, decline);
}

/** A charge that the issuer refuses outright because the person is not there to prove who they are. */
function refuse(world: World, tried: Attempt & { test: TestMethod }, decline: Decline): never {
  if (tried.test.type === 'card') chargeCard(world, tried, tried.test);
  throw refusal(world, tried, decline);
}

function refusal(world: World, { intent, method }: Attempt, decline: Decline): StripeRefusal {
  const charge = idOf(intent.object.latest_charge) ?? '';
  const { code, decline_code, message } = decline;
  failIntent(world, intent, {
    type: 'card_error',
    charge,
    code,
    decline_code,
    message,
    payment_method: method.object,
  });
  return declined(decline, {
    charge,
    payment_intent: structuredClone(intent.object),
    payment_method: structuredClone(method.object),
    payment_method_type: method.object.type,
  });
}

/** The payment failed and can be tried again with another method. */
export function failIntent(
  world: World,
  intent: Row<'payment_intent'>,
  error: Stripe.PaymentIntent.LastPaymentError,
): void {
  const { doc_url } = withDocs({ type: 'api_error', message: '', code: String(error.code ?? 'unknown') });
  world.change(
    intent,
    'payment_intent.payment_failed',
    {
      status: 'requires_payment_method',
      payment_method: null,
      next_action: null,
      last_payment_error: { ...error, ...(typeof doc_url === 'string' ? { doc_url } : {}) },
    },
    { due_at_ms: undefined },
  );
}

/** In the order in which Stripe would find them. Answers how the method behaves. */
function checkConfirmable(
  { object }: Row<'payment_intent'>,
  method: Row<'payment_method'> | undefined,
  { return_url, off_session }: Confirmation,
): TestMethod {
  if (!CONFIRMABLE.includes(object.status)) throw unexpectedState('confirm', object);
  if (!method) {
    throw invalid(
      "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
      { code: 'payment_intent_unexpected_state', payment_intent: object },
    );
  }
  checkOwner(method, idOf(object.customer));
  const { type } = method.object;
  if (!object.payment_method_types.includes(type)) {
    throw invalid(
      `The PaymentMethod provided (${type}) is not allowed for this PaymentIntent. Please attach a PaymentMethod of one of the following types: ${object.payment_method_types.join(', ')}.`,
      { code: 'payment_intent_incompatible_payment_method', param: 'payment_method', payment_intent: object },
    );
  }
  // Of the types that may be allowed by name, none leads away.
  const redirects =
    object.allowed_payment_method_types === null &&
    object.automatic_payment_methods?.enabled === true &&
    object.automatic_payment_methods.allow_redirects !== 'never';
  if (redirects && return_url === null && !off_session) {
    throw invalid(
      "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.",
      { param: 'return_url', payment_intent: object },
    );
  }
  return behaviourOf(method);
}

export function unexpectedState(action: string, object: Stripe.PaymentIntent): StripeRefusal {
  return invalid(
    `You cannot ${action} this PaymentIntent because it has a status of ${object.status}. ${WHEN[action] ?? ''}`.trim(),
    { code: 'payment_intent_unexpected_state', payment_intent: object },
  );
}

const WHEN: Record<string, string> = {
  cancel:
    'Only a PaymentIntent with one of the following statuses may be canceled: requires_payment_method, requires_capture, requires_confirmation, requires_action, processing.',
  capture: 'Only a PaymentIntent with one of the following statuses may be captured: requires_capture.',
};

/** Without an address to return to, the page would have to be opened by Stripe's script. */
export function redirect(url: string, return_url: string | null) {
  return { type: 'redirect_to_url', redirect_to_url: { return_url, url } };
}

function mandateNeeded(object: Stripe.PaymentIntent): StripeRefusal {
  return invalid(
    'This PaymentIntent requires a mandate, but no existing mandate was found. Collect mandate acceptance from the customer and try again, providing acceptance data in the mandate_data parameter.',
    { code: 'payment_intent_mandate_invalid', param: 'mandate_data', payment_intent: object },
  );
}

const AUTHENTICATION_REQUIRED: Decline = {
  code: 'authentication_required',
  decline_code: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
};
