import type Stripe from 'stripe';
import { idOf, newStripeId } from '../ids.js';
import { type BankFailure, bankFailureMessage, type Decline, type TestMethod } from '../test-methods.js';
import { methodDetails } from './method.js';

export interface NewCharge {
  intent: Stripe.PaymentIntent;
  method: Stripe.PaymentMethod;
  test: TestMethod;
  created: number;
  authenticated: boolean;
  mandate: string | null;
  /** `declined` was refused at once, `pending` is a debit on its way. */
  outcome: { status: 'succeeded' | 'pending' } | { status: 'failed'; decline: Decline };
  captured: boolean;
  /** Until when it can be captured, where it is not yet. */
  capture_before?: number;
}

export function newCharge(input: NewCharge): Stripe.Charge {
  const { intent, method, test, created, outcome } = input;
  const decline = outcome.status === 'failed' ? outcome.decline : undefined;
  // A bank debit is shown as a charge whose id says that it is a payment.
  const id = newStripeId(test.type === 'card' ? 'ch' : 'py');
  return {
    id,
    object: 'charge',
    amount: intent.amount,
    amount_captured: input.captured && outcome.status === 'succeeded' ? intent.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: method.billing_details,
    calculated_statement_descriptor: test.type === 'card' ? 'FLORIN' : null,
    captured: input.captured && outcome.status !== 'failed',
    created,
    currency: intent.currency,
    customer: idOf(intent.customer),
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: null,
    outcome: outcomeOf(decline),
    paid: outcome.status === 'succeeded',
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: methodDetails(test, {
      amount: intent.amount,
      authenticated: input.authenticated,
      mandate: input.mandate,
      ...(input.capture_before === undefined ? {} : { capture_before: input.capture_before }),
    }),
    radar_options: {},
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    status: outcome.status,
    transfer_data: null,
    transfer_group: intent.transfer_group,
  };
}

function outcomeOf(decline: Decline | undefined): Stripe.Charge.Outcome {
  const neutral = { advice_code: null, network_advice_code: null, network_decline_code: null };
  if (!decline) {
    return {
      ...neutral,
      network_status: 'approved_by_network',
      reason: null,
      risk_level: 'normal',
      risk_score: 20,
      seller_message: 'Payment complete.',
      type: 'authorized',
    };
  }
  if (decline.blocked) {
    return {
      ...neutral,
      network_status: 'not_sent_to_network',
      reason: 'highest_risk_level',
      risk_level: 'highest',
      risk_score: 92,
      seller_message: 'Stripe blocked this payment as too risky.',
      type: 'blocked',
    };
  }
  return {
    ...neutral,
    network_status: 'declined_by_network',
    reason: decline.decline_code,
    risk_level: 'normal',
    risk_score: 20,
    seller_message: 'The bank did not return any further details with this decline.',
    type: 'issuer_declined',
  };
}

/** What a settled debit that failed shows. */
export function failedDebit(code: BankFailure): Partial<Stripe.Charge> {
  return {
    status: 'failed',
    paid: false,
    amount_captured: 0,
    failure_code: code,
    failure_message: bankFailureMessage(code),
  };
}
