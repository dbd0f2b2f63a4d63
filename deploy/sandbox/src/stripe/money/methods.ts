import { invalid, StripeRefusal, withDocs } from '../errors.js';
import { named } from '../find.js';
import { idOf, newStripeId } from '../ids.js';
import { NO_BILLING_DETAILS, newMethod } from '../present/method.js';
import type { Row } from '../store.js';
import { type Decline, testMethod } from '../test-methods.js';
import type { World } from '../world.js';
import { behaviourOf } from './charge.js';

/** A method by its id; a test token such as `pm_card_visa` is a new method each time. */
export function methodNamed(
  world: World,
  account: string | null,
  id: string,
  param: string,
  details: Partial<Parameters<typeof newMethod>[2]> = {},
): Row<'payment_method'> {
  const test = id.startsWith('pm_') || id.startsWith('tok_') ? testMethod(id) : undefined;
  if (!test) return named(world, 'payment_method', id, account, param);
  const method = newMethod(test, world.now(), {
    billing_details: NO_BILLING_DETAILS,
    metadata: {},
    ...details,
  });
  return world.store.insert('payment_method', method, account, { token: id });
}

/** Lets a customer keep a method. The issuer is asked whether the card is good. */
export function attach(world: World, method: Row<'payment_method'>, customer: string): void {
  const owner = idOf(method.object.customer);
  if (owner === customer) return;
  if (owner !== null) {
    throw invalid(
      'The payment method you provided has already been attached to a customer. You must detach it before attaching it to another one.',
      { code: 'payment_method_already_attached' },
    );
  }
  if (method.hidden.spent) throw usedBefore();
  const test = behaviourOf(method);
  if (test.type === 'card' && test.decline && !test.declines_charges_only) throw declined(test.decline);
  world.change(method, 'payment_method.attached', { customer });
}

/** Refuses a method that is not this customer's to use. */
export function checkOwner(method: Row<'payment_method'>, customer: string | null): void {
  if (method.hidden.spent) throw usedBefore();
  const owner = idOf(method.object.customer);
  if (owner === null || owner === customer) return;
  throw invalid(
    customer === null
      ? `The provided PaymentMethod (${method.id}) belongs to a Customer (${owner}). Please include the Customer in the \`customer\` parameter on the PaymentIntent.`
      : `The provided PaymentMethod (${method.id}) does not belong to the Customer (${customer}).`,
    { param: 'payment_method' },
  );
}

/** The mandate a person gave for debits; a new one where they accept now. */
export function mandateOf(
  world: World,
  method: Row<'payment_method'>,
  accepted: boolean,
): string | undefined {
  if (!accepted) return method.hidden.mandate;
  const id = newStripeId('mandate');
  world.store.insert(
    'mandate',
    {
      id,
      object: 'mandate',
      customer_acceptance: {
        accepted_at: world.now(),
        online: { ip_address: '127.0.0.1', user_agent: 'Florin sandbox' },
        type: 'online',
      },
      livemode: false,
      multi_use: {},
      payment_method: method.id,
      payment_method_details: { type: 'us_bank_account', us_bank_account: {} },
      status: 'active',
      type: 'multi_use',
    },
    method.account,
  );
  world.store.change(method, {}, { mandate: id });
  return id;
}

export function declined(decline: Decline, related: Record<string, unknown> = {}): StripeRefusal {
  const { code, decline_code, message } = decline;
  return new StripeRefusal(402, withDocs({ type: 'card_error', code, decline_code, message, ...related }));
}

function usedBefore(): StripeRefusal {
  return invalid(
    'The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.',
    { code: 'payment_method_invalid_parameter', param: 'payment_method' },
  );
}
