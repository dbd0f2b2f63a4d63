import { exponentOf } from '@florin/money';
import type Stripe from 'stripe';
import {
  type ProviderMethod,
  ProviderRejected,
  type ProviderReport,
  type RefundReport,
} from './payment-provider.js';

/** Where Stripe's smallest unit is not that of ISO 4217 (https://docs.stripe.com/currencies#special-cases). */
const OWN_UNITS = new Set(['ISK', 'MGA', 'UGX']);

/** @throws ProviderRejected for a currency that Stripe counts in another unit than everybody else */
export function toStripeMoney(amount_minor: bigint, currency: string): { amount: number; currency: string } {
  // Of three decimals, Stripe takes two.
  if (OWN_UNITS.has(currency) || exponentOf(currency) > 2) {
    throw new ProviderRejected('currency_not_supported', `Stripe is not asked for amounts in ${currency}`);
  }
  if (amount_minor <= 0n || amount_minor > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new ProviderRejected('amount_too_large', 'the amount does not fit');
  }
  return { amount: Number(amount_minor), currency: currency.toLowerCase() };
}

/** Charges are asked for with `latest_charge.balance_transaction` expanded. */
export function toChargeReport(
  intent: Stripe.PaymentIntent,
  disputes: readonly Stripe.Dispute[],
): ProviderReport {
  const charge = typeof intent.latest_charge === 'object' ? intent.latest_charge : null;
  const report: ProviderReport = {
    provider_id: intent.id,
    status: chargeStatus(intent),
    captured_minor: BigInt(intent.amount_received),
    refunded_minor: BigInt(charge?.amount_refunded ?? 0),
    ...disputed(disputes),
  };
  const action_url = intent.next_action?.redirect_to_url?.url;
  if (report.status === 'requires_action' && action_url) report.action_url = action_url;
  if (report.status === 'failed') report.failure = failureOf(intent.last_payment_error);
  const fee = feeOf(charge, intent.currency);
  if (fee !== undefined) report.fee_minor = fee;
  return report;
}

function chargeStatus({ status, last_payment_error }: Stripe.PaymentIntent): ProviderReport['status'] {
  const known = statuses[status];
  return known ?? (last_payment_error === null ? 'processing' : 'failed');
}

const statuses: Record<string, ProviderReport['status'] | undefined> = {
  succeeded: 'succeeded',
  processing: 'processing',
  requires_action: 'requires_action',
  canceled: 'canceled',
  // "If the payment attempt fails (for example due to a decline), the PaymentIntent's status returns to
  // requires_payment_method" (Stripe, How PaymentIntents work).
  requires_payment_method: 'failed',
};

/** What was withdrawn and not given back. Inquiries (`warning_…`) withdraw nothing. */
function disputed(disputes: readonly Stripe.Dispute[]): Pick<ProviderReport, 'returned_minor' | 'disputed'> {
  let returned_minor = 0n;
  let isOpen = false;
  for (const { status, amount } of disputes) {
    const open = openDisputes.has(status);
    isOpen ||= open;
    if (open || status === 'lost') returned_minor += BigInt(amount);
  }
  return { returned_minor, disputed: isOpen };
}

const openDisputes = new Set<string>([
  'needs_response',
  'under_review',
  'appeal_needs_response',
  'appeal_under_review',
]);

/** Only in the charge's own currency: a fee that was converted is the provider's affair. */
function feeOf(charge: Stripe.Charge | null, currency: string): bigint | undefined {
  const balance = charge?.balance_transaction;
  if (typeof balance !== 'object' || balance === null || balance.currency !== currency) return undefined;
  return BigInt(balance.fee);
}

/** The bank's word where there is one: `card_declined` alone helps nobody. */
export function failureOf(
  error: { code?: string | null; decline_code?: string | null } | null | undefined,
): string {
  const bank = error?.decline_code;
  const isVague = bank === undefined || bank === null || bank === '' || bank === 'generic_decline';
  return word(isVague ? error?.code : bank);
}

/** As events and rows take it. */
export function word(value: string | null | undefined): string {
  return value && /^[a-z][a-z0-9_]{0,59}$/.test(value) ? value : 'provider_declined';
}

export function toRefundReport(refund: Stripe.Refund): RefundReport {
  const provider_id = refund.id;
  switch (refund.status) {
    case 'succeeded':
      return { provider_id, status: 'succeeded' };
    case 'failed':
    case 'canceled':
      return { provider_id, status: 'failed', failure: word(refund.failure_reason ?? refund.status) };
    default:
      return { provider_id, status: 'processing' };
  }
}

/** @returns undefined for what is neither a card nor a US bank account */
export function toMethod(method: Stripe.PaymentMethod): ProviderMethod | undefined {
  const owner = typeof method.customer === 'string' ? method.customer : method.customer?.id;
  const base = { provider_method_id: method.id, ...(owner !== undefined && { customer_id: owner }) };
  if (method.type === 'card' && method.card) {
    const { brand, last4, exp_month, exp_year, fingerprint } = method.card;
    const print = fingerprint ?? method.id;
    return { ...base, type: 'card', fingerprint: print, brand, last4, exp_month, exp_year };
  }
  if (method.type === 'us_bank_account' && method.us_bank_account) {
    const { bank_name, last4, fingerprint } = method.us_bank_account;
    return {
      ...base,
      type: 'us_bank_account',
      fingerprint: fingerprint ?? method.id,
      brand: bank_name ?? 'Bank',
      last4: last4 ?? '',
    };
  }
  return undefined;
}
