import type Stripe from 'stripe';
import { invalid, type StripeRefusal, withDocs } from '../errors.js';
import { idOf, newStripeId } from '../ids.js';
import type { Row } from '../store.js';
import type { Decline } from '../test-methods.js';
import type { World } from '../world.js';
import { behaviourOf } from './charge.js';
import { redirect } from './confirm.js';
import { checkOwner, declined, mandateOf } from './methods.js';

export interface SetUpConfirmation {
  return_url: string | null;
  mandate_accepted: boolean;
  public_url: string;
}

/** Saves a method for later: https://docs.stripe.com/payments/setupintents/lifecycle. Throws what a decline answers (402). */
export function confirmSetUp(
  world: World,
  intent: Row<'setup_intent'>,
  method: Row<'payment_method'> | undefined,
  confirmation: SetUpConfirmation,
): void {
  const { object } = intent;
  if (!object.status.startsWith('requires_')) throw unexpectedSetUp('confirm', object);
  if (!method) {
    throw invalid(
      "You cannot confirm this SetupIntent because it's missing a payment method. Update the SetupIntent with a payment method and then confirm it again.",
      { code: 'setup_intent_unexpected_state', setup_intent: object },
    );
  }
  checkOwner(method, idOf(object.customer));
  const { type } = method.object;
  if (!object.payment_method_types.includes(type)) {
    throw invalid(`The PaymentMethod provided (${type}) is not allowed for this SetupIntent.`, {
      code: 'setup_intent_invalid_parameter',
      param: 'payment_method',
    });
  }
  const test = behaviourOf(method);
  const { return_url, mandate_accepted, public_url } = confirmation;
  world.store.change(
    intent,
    { payment_method: method.id, last_setup_error: null },
    return_url === null ? {} : { return_url },
  );
  if (test.type === 'us_bank_account') {
    if (mandateOf(world, method, mandate_accepted) === undefined) {
      throw invalid(
        'This SetupIntent requires a mandate, but no existing mandate was found. Collect mandate acceptance from the customer and try again, providing acceptance data in the mandate_data parameter.',
        { code: 'payment_intent_mandate_invalid', param: 'mandate_data' },
      );
    }
  } else if (test.decline && !test.declines_charges_only) {
    throw failSetUp(world, intent, method, test.decline);
  } else if (test.authentication !== 'none') {
    const url = `${public_url}/authenticate/${intent.id}?secret=${object.client_secret}`;
    const next_action = redirect(url, return_url);
    world.change(intent, 'setup_intent.requires_action', { status: 'requires_action', next_action });
    return;
  }
  succeed(world, intent, method);
}

/** What follows when the person has shown the bank who they are, or could not. */
export function completeSetUp(world: World, intent: Row<'setup_intent'>, proven: boolean): void {
  const method = world.store.get('payment_method', idOf(intent.object.payment_method));
  if (!method || intent.object.status !== 'requires_action') return;
  if (proven) succeed(world, intent, method);
  else {
    refuse(world, intent, {
      type: 'invalid_request_error',
      code: 'setup_intent_authentication_failure',
      message: 'The latest attempt to set up the payment method has failed because authentication failed.',
      payment_method: method.object,
    });
  }
}

function succeed(world: World, intent: Row<'setup_intent'>, method: Row<'payment_method'>): void {
  const customer = idOf(intent.object.customer);
  if (customer !== null && idOf(method.object.customer) === null) {
    world.change(method, 'payment_method.attached', { customer });
  }
  world.store.change(method, {}, customer === null ? { spent: true } : { set_up: true });
  world.change(intent, 'setup_intent.succeeded', {
    status: 'succeeded',
    next_action: null,
    last_setup_error: null,
    latest_attempt: newStripeId('setatt'),
    mandate: method.hidden.mandate ?? null,
  });
}

function failSetUp(
  world: World,
  intent: Row<'setup_intent'>,
  method: Row<'payment_method'>,
  decline: Decline,
): StripeRefusal {
  const { code, decline_code, message } = decline;
  refuse(world, intent, { type: 'card_error', code, decline_code, message, payment_method: method.object });
  return declined(decline, {
    setup_intent: structuredClone(intent.object),
    payment_method: structuredClone(method.object),
    payment_method_type: method.object.type,
  });
}

function refuse(world: World, intent: Row<'setup_intent'>, error: Stripe.SetupIntent.LastSetupError): void {
  const { doc_url } = withDocs({ type: 'api_error', message: '', code: String(error.code ?? 'unknown') });
  world.change(intent, 'setup_intent.setup_failed', {
    status: 'requires_payment_method',
    payment_method: null,
    next_action: null,
    last_setup_error: { ...error, ...(doc_url === undefined ? {} : { doc_url }) },
  });
}

export function unexpectedSetUp(action: string, object: Stripe.SetupIntent): StripeRefusal {
  return invalid(`You cannot ${action} this SetupIntent because it has a status of ${object.status}.`, {
    code: 'setup_intent_unexpected_state',
    setup_intent: object,
  });
}
