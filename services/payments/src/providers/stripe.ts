import Stripe from 'stripe';
import type { BalanceTransaction, PaymentProvider } from './payment-provider.js';
import { type CallOptions, createStripeCalls } from './stripe-calls.js';
import { stripeCharges } from './stripe-charges.js';
import { stripeMethods } from './stripe-methods.js';
import { stripePayoutAccounts } from './stripe-payout-accounts.js';
import { stripePayouts } from './stripe-payouts.js';
import { readStripeWebhook } from './stripe-webhook.js';

export interface StripeOptions extends CallOptions {
  secret_key: string;
  /** A webhook is signed with one of them. */
  webhook_secrets: readonly string[];
  /** Of the stand-in; undefined for Stripe itself. */
  base_url?: string;
  /** Where we are reached: people come back to a page there. */
  public_url: string;
  now: () => Date;
  timeout_ms?: number;
}

/** Stripe answers within seconds; a bank behind it may take longer. */
const TIMEOUT_MS = 20_000;
const PAGE = 100;
/** Half a million lines in the two weeks that are read at most, which takes about half an hour. */
const MAX_PAGES = 5_000;

/** Payments by Stripe (https://docs.stripe.com/api), over the official SDK. */
export function createStripe(options: StripeOptions): PaymentProvider {
  const stripe = new Stripe(options.secret_key, {
    ...place(options.base_url),
    timeout: options.timeout_ms ?? TIMEOUT_MS,
    maxNetworkRetries: 0,
    telemetry: false,
  });
  const calls = createStripeCalls(options);
  const webhooks = {
    stripe,
    secrets: options.webhook_secrets,
    livemode: /^[a-z]+_live_/.test(options.secret_key),
    now: options.now,
  };
  const returnUrl = (payment_id: string) => `${options.public_url}/payments/${payment_id}/return`;

  return {
    ...stripeCharges({ stripe, calls, returnUrl }),
    ...stripePayouts({ stripe, calls }),
    ...stripePayoutAccounts({ stripe, calls }),
    ...stripeMethods({ stripe, calls }),
    async *balanceTransactions(from, until) {
      const created = { gte: seconds(from), lt: seconds(until) };
      let after: string | undefined;
      for (let page = 0; page < MAX_PAGES; page++) {
        const { data, has_more } = await calls.read(() =>
          stripe.balanceTransactions.list({
            created,
            limit: PAGE,
            expand: ['data.source'],
            ...(after !== undefined && { starting_after: after }),
          }),
        );
        yield data.map(toBalanceTransaction);
        after = data.at(-1)?.id;
        if (!has_more || after === undefined) return;
      }
      throw new Error('the provider has booked more than is read at once');
    },
    async balanceTransactionsOf(source) {
      const lines = { source, limit: PAGE, expand: ['data.source'] };
      const { data } = await calls.read(() => stripe.balanceTransactions.list(lines));
      return data.map(toBalanceTransaction);
    },
    readWebhook(body, signature) {
      return readStripeWebhook(webhooks, body, signature);
    },
  };
}

function place(base_url: string | undefined): { host?: string; port?: string; protocol?: 'http' | 'https' } {
  if (base_url === undefined) return {};
  const { hostname, port, protocol } = new URL(base_url);
  const isHttp = protocol === 'http:';
  return { host: hostname, port: port || (isHttp ? '80' : '443'), protocol: isHttp ? 'http' : 'https' };
}

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1_000);
}

function toBalanceTransaction(line: Stripe.BalanceTransaction): BalanceTransaction {
  const source = typeof line.source === 'object' && line.source !== null ? line.source : undefined;
  const { metadata, intent } = source === undefined ? {} : belongings(source);
  const provider_id = intent ?? source?.id ?? (typeof line.source === 'string' ? line.source : undefined);
  return {
    balance_transaction_id: line.id,
    type: line.type,
    ...(provider_id !== undefined && { provider_id }),
    ...(metadata?.payment_id !== undefined && { payment_id: metadata.payment_id }),
    ...(metadata?.refund_id !== undefined && { refund_id: metadata.refund_id }),
    amount_minor: BigInt(line.amount),
    fee_minor: BigInt(line.fee),
    currency: line.currency.toUpperCase(),
    created_at: new Date(line.created * 1_000),
  };
}

/** What comes of a charge (itself, its refunds, its disputes) is known here by the charge's intent; all else by itself. */
function belongings(source: object): { metadata?: Record<string, string>; intent?: string } {
  const intent = 'payment_intent' in source ? source.payment_intent : undefined;
  const metadata = 'metadata' in source ? source.metadata : undefined;
  return {
    ...(typeof metadata === 'object' && metadata !== null && { metadata: { ...metadata } }),
    ...(typeof intent === 'string' && { intent }),
  };
}
