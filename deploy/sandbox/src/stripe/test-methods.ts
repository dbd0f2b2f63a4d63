import { readBankToken } from '../bank-token.js';

/** Why a card or a bank says no: https://docs.stripe.com/declines/codes */
export interface Decline {
  code: string;
  decline_code: string;
  message: string;
  /** Refused by Stripe's own rules before it reached the issuer. */
  blocked?: true;
}

/** When the bank wants to see the person: for every payment, for those that were not set up, or never. */
export type Authentication = 'always' | 'unless_set_up' | 'on_session' | 'none';

export interface TestCard {
  type: 'card';
  brand: string;
  last4: string;
  country: string;
  funding: 'credit' | 'debit' | 'prepaid';
  exp_year: number;
  authentication: Authentication;
  decline?: Decline;
  /** Says no only to a charge: it can be saved. */
  declines_charges_only?: true;
  dispute?: 'fraudulent' | 'product_not_received' | 'inquiry';
  refund?: 'pending' | 'fails';
  /** Its money is available at once. */
  available?: true;
}

export interface TestBank {
  type: 'us_bank_account';
  last4: string;
  /** How a debit ends once it is settled; `never` stays processing. */
  debit: 'succeeds' | 'never' | 'returned_late' | BankFailure;
  /** Of an account that the bank link knows; made from the digits where absent. */
  fingerprint?: string;
}

export type TestMethod = TestCard | TestBank;

const BANK_FAILURES = {
  account_closed: 'The bank account has been closed.',
  no_account: 'The bank account could not be located.',
  insufficient_funds: 'The customer’s account has insufficient funds to cover this payment.',
  debit_not_authorized: 'The customer has notified their bank that this payment was unauthorized.',
  invalid_currency: 'The bank was unable to process this payment because of its currency.',
} as const;

export type BankFailure = keyof typeof BANK_FAILURES;
export const BANK_FAILURE_CODES = Object.keys(BANK_FAILURES) as [BankFailure, ...BankFailure[]];

export function bankFailureMessage(code: BankFailure): string {
  return BANK_FAILURES[code];
}

const VISA: TestCard = {
  type: 'card',
  brand: 'visa',
  last4: '4242',
  country: 'US',
  funding: 'credit',
  exp_year: 2034,
  authentication: 'none',
};

const card = (changes: Partial<TestCard> = {}): TestCard => ({ ...VISA, ...changes });
const bank = (last4: string, debit: TestBank['debit']): TestBank => ({
  type: 'us_bank_account',
  last4,
  debit,
});

const DECLINED = 'Your card was declined.';
const decline = (decline_code: string, message = DECLINED, code = 'card_declined'): Decline => ({
  code,
  decline_code,
  message,
});
const INSUFFICIENT = decline('insufficient_funds', 'Your card has insufficient funds.');

/** https://docs.stripe.com/testing: what each test token is, by its name without `pm_card_`, `visa_` or `tok_`. */
const CARDS: Record<string, TestCard> = {
  visa: VISA,
  visa_debit: card({ last4: '5556', funding: 'debit' }),
  mastercard: card({ brand: 'mastercard', last4: '4444' }),
  mastercard_debit: card({ brand: 'mastercard', last4: '8210', funding: 'debit' }),
  mastercard_prepaid: card({ brand: 'mastercard', last4: '5100', funding: 'prepaid' }),
  amex: card({ brand: 'amex', last4: '8431' }),
  discover: card({ brand: 'discover', last4: '1117' }),
  diners: card({ brand: 'diners', last4: '0004' }),
  jcb: card({ brand: 'jcb', last4: '0505', country: 'JP' }),
  unionpay: card({ brand: 'unionpay', last4: '0005', country: 'CN' }),
  us: VISA,
  gb: card({ last4: '0000', country: 'GB' }),
  de: card({ last4: '0000', country: 'DE' }),
  bypassPending: card({ last4: '0077', available: true }),
  chargeDeclined: card({ last4: '0002', decline: decline('generic_decline') }),
  chargeDeclinedInsufficientFunds: card({ last4: '9995', decline: INSUFFICIENT }),
  chargeDeclinedLostCard: card({ last4: '9987', decline: decline('lost_card') }),
  chargeDeclinedStolenCard: card({ last4: '9979', decline: decline('stolen_card') }),
  chargeDeclinedExpiredCard: card({
    last4: '0069',
    decline: decline('expired_card', 'Your card has expired.', 'expired_card'),
  }),
  chargeDeclinedIncorrectCvc: card({
    last4: '0127',
    decline: decline('incorrect_cvc', "Your card's security code is incorrect.", 'incorrect_cvc'),
  }),
  chargeDeclinedProcessingError: card({
    last4: '0119',
    decline: decline(
      'processing_error',
      'An error occurred while processing your card. Try again in a little bit.',
      'processing_error',
    ),
  }),
  chargeDeclinedVelocityLimitExceeded: card({
    last4: '6975',
    decline: decline(
      'card_velocity_exceeded',
      'Your card was declined for making repeated attempts too frequently or exceeding its amount limit.',
    ),
  }),
  chargeDeclinedFraudulent: card({ last4: '0019', decline: { ...decline('fraudulent'), blocked: true } }),
  radarBlock: card({ last4: '0019', decline: { ...decline('fraudulent'), blocked: true } }),
  chargeCustomerFail: card({
    last4: '0341',
    decline: decline('generic_decline'),
    declines_charges_only: true,
  }),
  threeDSecure2Required: card({ last4: '3220', authentication: 'always' }),
  threeDSecureRequired: card({ last4: '3063', authentication: 'always' }),
  threeDSecureRequiredChargeDeclined: card({
    last4: '1629',
    authentication: 'always',
    decline: decline('generic_decline'),
    declines_charges_only: true,
  }),
  threeDSecureOptional: card({ last4: '3055' }),
  authenticationRequired: card({ last4: '3184', authentication: 'always' }),
  authenticationRequiredOnSetup: card({ last4: '3155', authentication: 'unless_set_up' }),
  authenticationRequiredSetupForOffSession: card({ last4: '0446', authentication: 'on_session' }),
  authenticationRequiredChargeDeclinedInsufficientFunds: card({
    last4: '3178',
    authentication: 'always',
    decline: INSUFFICIENT,
    declines_charges_only: true,
  }),
  createDispute: card({ last4: '0259', dispute: 'fraudulent' }),
  createDisputeProductNotReceived: card({ last4: '2685', dispute: 'product_not_received' }),
  createDisputeInquiry: card({ last4: '1976', dispute: 'inquiry' }),
  pendingRefund: card({ last4: '7726', refund: 'pending' }),
  refundFail: card({ last4: '5126', refund: 'fails' }),
};

/** https://docs.stripe.com/payments/ach-direct-debit: test account numbers and the methods that stand for them. */
const BANKS: Record<string, TestBank> = {
  pm_usBankAccount: bank('6789', 'succeeds'),
  pm_usBankAccount_success: bank('6789', 'succeeds'),
  pm_usBankAccount_accountClosed: bank('1113', 'account_closed'),
  pm_usBankAccount_noAccount: bank('1116', 'no_account'),
  pm_usBankAccount_insufficientFunds: bank('2227', 'insufficient_funds'),
  pm_usBankAccount_debitNotAuthorized: bank('3335', 'debit_not_authorized'),
  pm_usBankAccount_invalidCurrency: bank('4440', 'invalid_currency'),
  pm_usBankAccount_processing: bank('0009', 'never'),
  pm_usBankAccount_dispute: bank('5556', 'returned_late'),
};

/** `pm_card_visa_chargeDeclined`, `pm_card_chargeDeclined`, `tok_chargeDeclined`; the last by `card[token]` alone. */
export function testMethod(token: string): TestMethod | undefined {
  if (token.startsWith('btok_')) return tokenBank(token);
  const name = /^(?:pm_card|tok)_(\w+)$/.exec(token)?.[1];
  if (name === undefined) return Object.hasOwn(BANKS, token) ? BANKS[token] : undefined;
  const plain = name.replace(/^(?:visa_|us_)(?=[a-z]+[A-Z])/, '');
  return Object.hasOwn(CARDS, plain) ? CARDS[plain] : undefined;
}

/** https://docs.stripe.com/connect/testing: what payouts to them end in, and here debits too. */
const BANK_TOKENS: Record<string, TestBank> = {
  btok_us: bank('6789', 'succeeds'),
  btok_us_verified: bank('6789', 'succeeds'),
  btok_us_verified_noAccount: bank('1116', 'no_account'),
  btok_us_verified_accountClosed: bank('1113', 'account_closed'),
  btok_us_verified_insufficientFunds: bank('2227', 'insufficient_funds'),
  btok_us_verified_debitNotAuthorized: bank('3335', 'debit_not_authorized'),
  btok_us_verified_invalidCurrency: bank('4440', 'invalid_currency'),
};

/** All there are, without the spellings that mean the same. */
export const TEST_TOKENS: readonly string[] = [
  ...Object.keys(CARDS).map((name) => `pm_card_${name}`),
  ...Object.keys(BANKS),
  ...Object.keys(BANK_TOKENS),
];

/** A bank account by its token: one of Stripe's for tests, or one that the stand-in for Plaid made. */
export function tokenBank(token: string): TestBank | undefined {
  if (Object.hasOwn(BANK_TOKENS, token)) return BANK_TOKENS[token];
  const linked = readBankToken(token);
  return linked && { ...bank(linked.last4, 'succeeds'), fingerprint: linked.fingerprint };
}

/** With which of the bank's codes a debit or a payout fails; undefined where it does not. */
export function failureOf({ debit }: TestBank): BankFailure | undefined {
  return debit === 'succeeds' || debit === 'never' || debit === 'returned_late' ? undefined : debit;
}
