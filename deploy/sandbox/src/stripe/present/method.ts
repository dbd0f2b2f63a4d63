import { createHash } from 'node:crypto';
import type Stripe from 'stripe';
import { newStripeId } from '../ids.js';
import type { TestBank, TestCard, TestMethod } from '../test-methods.js';

export const NO_BILLING_DETAILS: Stripe.PaymentMethod.BillingDetails = {
  address: { city: null, country: null, line1: null, line2: null, postal_code: null, state: null },
  email: null,
  name: null,
  phone: null,
  tax_id: null,
};

/** The same card has the same fingerprint, whoever shows it. */
export function fingerprintOf(test: TestMethod): string {
  if (test.type === 'us_bank_account' && test.fingerprint !== undefined) return test.fingerprint;
  const name = test.type === 'card' ? `${test.brand} ${test.last4}` : test.last4;
  return createHash('sha256').update(name).digest('base64url').slice(0, 16);
}

export function newMethod(
  test: TestMethod,
  created: number,
  details: {
    billing_details: Stripe.PaymentMethod.BillingDetails;
    metadata: Record<string, string>;
    id?: string;
  },
): Stripe.PaymentMethod {
  const common = {
    id: newStripeId('pm'),
    object: 'payment_method' as const,
    allow_redisplay: 'unspecified' as const,
    ...details,
    created,
    customer: null,
    customer_account: null,
    livemode: false,
  };
  return test.type === 'card'
    ? { ...common, type: 'card', card: cardOf(test) }
    : { ...common, type: 'us_bank_account', us_bank_account: bankOf(test) };
}

function cardOf(test: TestCard): Stripe.PaymentMethod.Card {
  return {
    brand: test.brand,
    checks: CHECKS,
    country: test.country,
    display_brand: test.brand,
    exp_month: 12,
    exp_year: test.exp_year,
    fingerprint: fingerprintOf(test),
    funding: test.funding,
    generated_from: null,
    last4: test.last4,
    networks: { available: [test.brand], preferred: null },
    regulated_status: 'unregulated',
    three_d_secure_usage: { supported: true },
    wallet: null,
  };
}

function bankOf(test: TestBank): Stripe.PaymentMethod.UsBankAccount {
  return {
    account_holder_type: 'individual',
    account_type: 'checking',
    bank_name: 'STRIPE TEST BANK',
    financial_connections_account: null,
    fingerprint: fingerprintOf(test),
    last4: test.last4,
    networks: { preferred: 'ach', supported: ['ach'] },
    routing_number: '110000000',
    status_details: {},
  };
}

const CHECKS = { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' };

/** The same method as a charge shows it. */
export function methodDetails(
  test: TestMethod,
  charge: { amount: number; authenticated: boolean; capture_before?: number; mandate: string | null },
): Stripe.Charge.PaymentMethodDetails {
  if (test.type === 'us_bank_account') {
    return {
      type: 'us_bank_account',
      us_bank_account: {
        account_holder_type: 'individual',
        account_type: 'checking',
        bank_name: 'STRIPE TEST BANK',
        fingerprint: fingerprintOf(test),
        last4: test.last4,
        ...(charge.mandate === null ? {} : { mandate: charge.mandate }),
        payment_reference: null,
        routing_number: '110000000',
      },
    };
  }
  return {
    type: 'card',
    card: {
      amount_authorized: charge.amount,
      authorization_code: null,
      brand: test.brand,
      ...(charge.capture_before === undefined ? {} : { capture_before: charge.capture_before }),
      checks: CHECKS,
      country: test.country,
      electronic_commerce_indicator: null,
      exp_month: 12,
      exp_year: test.exp_year,
      extended_authorization: { status: 'disabled' },
      fingerprint: fingerprintOf(test),
      funding: test.funding,
      incremental_authorization: { status: 'unavailable' },
      installments: null,
      last4: test.last4,
      mandate: null,
      multicapture: { status: 'unavailable' },
      network: test.brand,
      network_token: { used: false },
      network_transaction_id: newStripeId('ntx', 12),
      overcapture: { maximum_amount_capturable: charge.amount, status: 'unavailable' },
      regulated_status: 'unregulated',
      three_d_secure: charge.authenticated ? AUTHENTICATED : null,
      transaction_link_id: null,
      wallet: null,
    },
  };
}

const AUTHENTICATED: Stripe.Charge.PaymentMethodDetails.Card.ThreeDSecure = {
  authentication_flow: 'challenge',
  electronic_commerce_indicator: '05',
  exemption_indicator: null,
  result: 'authenticated',
  result_reason: null,
  transaction_id: null,
  version: '2.2.0',
};
