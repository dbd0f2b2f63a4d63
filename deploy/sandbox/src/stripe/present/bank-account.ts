import type Stripe from 'stripe';

export function newBankAccount(given: {
  id: string;
  last4: string;
  fingerprint: string;
  status: 'new' | 'verified';
}): Stripe.BankAccount {
  return {
    id: given.id,
    object: 'bank_account',
    account_holder_name: null,
    account_holder_type: 'individual',
    account_type: null,
    bank_name: 'STRIPE TEST BANK',
    country: 'US',
    currency: 'usd',
    customer: null,
    fingerprint: given.fingerprint,
    last4: given.last4,
    metadata: {},
    routing_number: '110000000',
    status: given.status,
  };
}
