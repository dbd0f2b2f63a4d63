/** A charge or a payout as the provider has it now. */
export interface ProviderReport {
  /** pi_… of a charge, po_… of a payout; tr_… of a payout whose money has left us, but not yet for the bank. */
  provider_id: string;
  /** Of a payout whose money waits half-way: asking for it again goes on from there. */
  is_halfway?: true;
  status: 'requires_action' | 'processing' | 'succeeded' | 'failed' | 'canceled';
  /** Where the person has to go, with `requires_action` alone. */
  action_url?: string;
  /** Why it failed, in the provider's word: card_declined, insufficient_funds, expired_card, authentication_required, … */
  failure?: string;
  captured_minor: bigint;
  /** Of what was captured, what refunds that have not failed give back. */
  refunded_minor: bigint;
  /** What the provider has taken back and not given again: disputes that are open or lost, and late returns of a bank. */
  returned_minor: bigint;
  /** A dispute is open: it may still be won. */
  disputed: boolean;
  /** What the provider keeps of it, in the charge's currency, once it is known. */
  fee_minor?: bigint;
}

export interface RefundReport {
  /** re_… */
  provider_id: string;
  status: 'processing' | 'succeeded' | 'failed';
  failure?: string;
}

export interface ChargeAsk {
  payment_id: string;
  /** The provider sees one key for each: asking again with the same one changes nothing. */
  attempt: number;
  user_id: string;
  /** cus_… */
  customer_id: string;
  /** pm_… of the provider's. */
  provider_method_id: string;
  method_type: MethodType;
  amount_minor: bigint;
  currency: string;
  description?: string;
  /** Whether the person can be sent to confirm it; where not, what needs them fails with authentication_required. */
  on_session: boolean;
}

export interface FindCharge {
  payment_id: string;
  provider_id?: string;
  customer_id: string;
  /** When the payment was first sent: nothing older is looked through. */
  sent_at: Date;
}

export interface RefundAsk {
  refund_id: string;
  attempt: number;
  payment_id: string;
  /** pi_… of the charge. */
  provider_id: string;
  amount_minor: bigint;
}

export interface FindRefund {
  refund_id: string;
  /** re_…, once it is known. */
  provider_id?: string;
  /** pi_… of the charge that was to be refunded. */
  charge_id: string;
}

export interface PayoutAsk {
  payment_id: string;
  attempt: number;
  /** acct_… of the person. */
  provider_account_id: string;
  /** ba_… at that account. */
  provider_bank_account_id: string;
  amount_minor: bigint;
  currency: string;
}

export interface FindPayout {
  payment_id: string;
  /** po_…, where it is known. */
  provider_id?: string;
  provider_account_id: string;
}

export type MethodType = 'card' | 'us_bank_account';

/** What is known of a card or a bank account. Never its number. */
export interface ProviderMethod {
  provider_method_id: string;
  /** Whose it is at the provider; undefined for nobody's yet. */
  customer_id?: string;
  type: MethodType;
  /** The same for the same card or account, whoever adds it. */
  fingerprint: string;
  /** The card's brand, or the bank's name. */
  brand: string;
  last4: string;
  exp_month?: number;
  exp_year?: number;
}

export interface SetupAsk {
  customer_id: string;
  user_id: string;
  return_url: string;
}

/** A hosted page on which the person enters a card or a bank account. */
export interface SetupPage {
  /** cs_… */
  setup_id: string;
  setup_url: string;
  expires_at: Date;
}

export interface SetupReport {
  status: 'open' | 'complete' | 'expired';
  customer_id: string;
  /** With `complete` alone. */
  provider_method_id?: string;
}

/**
 * Whether a person's account can be paid out from: `due` where they have to tell the provider more, `checking` while it looks
 * at what they have told, `refused` where it never will.
 */
export type PayoutStanding = 'ready' | 'due' | 'checking' | 'refused';

export interface OnboardingAsk {
  provider_account_id: string;
  /** Where the person comes back to, whether they are done or not. */
  return_url: string;
  /** Where a link leads that was used, or is too old. */
  refresh_url: string;
}

/** The provider's page on which a person says who they are. It opens once. */
export interface OnboardingPage {
  action_url: string;
  expires_at: Date;
}

/** A line of the provider's own book, for reconciliation. */
export interface BalanceTransaction {
  /** txn_… */
  balance_transaction_id: string;
  /** charge, payment, refund, payment_refund, transfer, transfer_refund, adjustment, stripe_fee, … */
  type: string;
  /** pi_… of the charge, refund or dispute, or tr_… that it belongs to; undefined for the provider's own. */
  provider_id?: string;
  /** Of ours, as it stands in the object's metadata. */
  payment_id?: string;
  refund_id?: string;
  /** Signed: negative where the provider took it. */
  amount_minor: bigint;
  fee_minor: bigint;
  currency: string;
  created_at: Date;
}

/** What a verified webhook is about. A hint: whoever gets it fetches the object anew. */
export interface ProviderEvent {
  event_id: string;
  /** payment_intent.succeeded, charge.dispute.closed, … */
  type: string;
  payment_id?: string;
  refund_id?: string;
  /** pi_…, where the metadata does not say whose it is. */
  charge_id?: string;
  /** re_… */
  provider_refund_id?: string;
  /** cs_… of a set-up page that was completed. */
  setup_id?: string;
}

/**
 * What payments needs from whoever moves money outside. Every call has a timeout; what may be asked twice is, a bounded
 * number of times, and a circuit breaker stops asking a provider that is down.
 *
 * Amounts are in minor units of the currency.
 *
 * Throws ProviderUnknown, ProviderUnavailable, ProviderRejected. What the provider declines for the person's own reasons
 * is no error but a report with status `failed`.
 */
export interface PaymentProvider {
  /** Never repeats a key that is older than 23 h: `findCharge` first. */
  charge(ask: ChargeAsk): Promise<ProviderReport>;
  /** @returns undefined where no charge for this payment exists: it never arrived */
  findCharge(ask: FindCharge): Promise<ProviderReport | undefined>;
  /** Also answers with what is there where it is too late to cancel. */
  cancelCharge(payment_id: string, provider_id: string): Promise<ProviderReport>;

  refund(ask: RefundAsk): Promise<RefundReport>;
  /** One that was made may be found failed later. @returns undefined where it never arrived */
  findRefund(ask: FindRefund): Promise<RefundReport | undefined>;

  /** Moves the money to the person's account at the provider, and from there to their bank. */
  payOut(ask: PayoutAsk): Promise<ProviderReport>;
  /** A payout that failed is reported `failed` only when its money is back with us. @returns undefined where none left */
  findPayout(ask: FindPayout): Promise<ProviderReport | undefined>;
  /** Gives up a payout that waits half-way. One that has gone on since is reported as it is. */
  takeBackPayout(ask: FindPayout): Promise<ProviderReport>;

  /** A customer for a person. One that nobody keeps the id of holds nothing. */
  createCustomer(user_id: string): Promise<string>;
  /** A method by the provider's token (`pm_…`, `tok_…`, `btok_…`), which it makes the customer's. */
  attachMethod(customer_id: string, token: string): Promise<ProviderMethod>;
  /** @returns undefined for one that the provider does not know */
  getMethod(provider_method_id: string): Promise<ProviderMethod | undefined>;
  /** With all that are the same card or account. Also succeeds where it is nobody's any more. */
  detachMethod(customer_id: string, provider_method_id: string): Promise<void>;
  createSetupPage(ask: SetupAsk): Promise<SetupPage>;
  /** @returns undefined for one that the provider does not know */
  getSetup(setup_id: string): Promise<SetupReport | undefined>;

  /** An account that a person's withdrawals can be paid out from. One that nobody keeps the id of holds nothing. */
  createPayoutAccount(user_id: string): Promise<string>;
  /** @returns ba_… */
  addPayoutBank(provider_account_id: string, bank_token: string): Promise<string>;
  payoutStanding(provider_account_id: string): Promise<PayoutStanding>;
  createOnboardingPage(ask: OnboardingAsk): Promise<OnboardingPage>;

  /** Page by page, the newest first: those made before `until`, back to `from`. */
  balanceTransactions(from: Date, until: Date): AsyncIterable<BalanceTransaction[]>;
  /** Those of one refund, however old. @param provider_id re_… */
  balanceTransactionsOf(provider_id: string): Promise<BalanceTransaction[]>;

  /** @throws Fault UNAUTHENTICATED for what the provider did not send, INVALID_ARGUMENT for what it never sends */
  readWebhook(body: Buffer, signature: string | undefined): ProviderEvent;
}

/** It was sent, and nobody knows whether it was done: look it up before anything else. */
export class ProviderUnknown extends Error {
  override readonly name = 'ProviderUnknown';
}

/** It was not done: nothing was sent, or the provider said so. Later it may succeed, with the same key. */
export class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable';
}

/** It was not done, and repeating it does not help. */
export class ProviderRejected extends Error {
  override readonly name = 'ProviderRejected';
  /** The provider's word for why, e.g. resource_missing. */
  readonly failure: string;

  constructor(failure: string, message: string) {
    super(message);
    this.failure = failure;
  }
}
