import type Stripe from 'stripe';
import { newClientSecret, newStripeId } from '../ids.js';

/** What a PaymentIntent begins as; the rest is as given. */
export function newPaymentIntent(
  created: number,
  given: Pick<
    Stripe.PaymentIntent,
    | 'allowed_payment_method_types'
    | 'amount'
    | 'automatic_payment_methods'
    | 'capture_method'
    | 'confirmation_method'
    | 'currency'
    | 'customer'
    | 'description'
    | 'metadata'
    | 'payment_method_types'
    | 'receipt_email'
    | 'setup_future_usage'
    | 'statement_descriptor'
    | 'statement_descriptor_suffix'
    | 'transfer_group'
  >,
): Stripe.PaymentIntent {
  const id = newStripeId('pi');
  return {
    id,
    object: 'payment_intent',
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    canceled_at: null,
    cancellation_reason: null,
    client_secret: newClientSecret(id),
    created,
    customer_account: null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_record: null,
    processing: null,
    review: null,
    shipping: null,
    source: null,
    status: 'requires_payment_method',
    transfer_data: null,
    ...given,
  };
}

export function newSetupIntent(
  created: number,
  given: Pick<
    Stripe.SetupIntent,
    | 'allowed_payment_method_types'
    | 'automatic_payment_methods'
    | 'customer'
    | 'description'
    | 'metadata'
    | 'payment_method_types'
    | 'usage'
  >,
): Stripe.SetupIntent {
  const id = newStripeId('seti');
  return {
    id,
    object: 'setup_intent',
    application: null,
    cancellation_reason: null,
    client_secret: newClientSecret(id),
    created,
    customer_account: null,
    excluded_payment_method_types: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    mandate: null,
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    single_use_mandate: null,
    status: 'requires_payment_method',
    ...given,
  };
}
