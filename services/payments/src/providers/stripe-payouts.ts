import type Stripe from 'stripe';
import type { FindPayout, PaymentProvider, PayoutAsk, ProviderReport } from './payment-provider.js';
import { ProviderRejected } from './payment-provider.js';
import type { StripeCalls } from './stripe-calls.js';
import { toStripeMoney, word } from './stripe-values.js';

type Payouts = Pick<PaymentProvider, 'payOut' | 'findPayout'>;

interface Parts {
  stripe: Stripe;
  calls: StripeCalls;
}

const PAGE = 100;

/**
 * Money out, by Connect (https://docs.stripe.com/connect): a transfer to the person's account at Stripe, and a payout
 * from there to their bank. Where the bank refuses, the transfer is reversed, so that the money is ours to give back.
 */
export function stripePayouts({ stripe, calls }: Parts): Payouts {
  async function findTransfer(payment_id: string): Promise<Stripe.Transfer | undefined> {
    const { data } = await calls.read(() =>
      stripe.transfers.list({ transfer_group: payment_id, limit: PAGE }),
    );
    return data.find(({ reversed }) => !reversed) ?? data[0];
  }

  async function findPayout({ payment_id, provider_account_id }: FindPayout, transfer: Stripe.Transfer) {
    const { data } = await calls.read(() =>
      stripe.payouts.list(
        { created: { gte: transfer.created }, limit: PAGE },
        { stripeAccount: provider_account_id },
      ),
    );
    const own = data.filter(({ metadata }) => metadata?.payment_id === payment_id);
    return own.find(({ status }) => status !== 'failed' && status !== 'canceled') ?? own[0];
  }

  /** Takes the money back from the person's account, once. */
  async function reverse(transfer: Stripe.Transfer): Promise<void> {
    if (transfer.reversed) return;
    await calls.write(() =>
      stripe.transfers.createReversal(
        transfer.id,
        { amount: transfer.amount - transfer.amount_reversed },
        { idempotencyKey: `${transfer.id}:reversal` },
      ),
    );
  }

  async function failed(transfer: Stripe.Transfer, failure: string, payout_id = transfer.id) {
    await reverse(transfer);
    return report(payout_id, 'failed', failure);
  }

  async function settle(transfer: Stripe.Transfer, payout: Stripe.Payout): Promise<ProviderReport> {
    switch (payout.status) {
      case 'failed':
      case 'canceled':
        return failed(transfer, word(payout.failure_code ?? 'payout_canceled'), payout.id);
      case 'paid':
        return report(payout.id, 'succeeded');
      default:
        return report(payout.id, 'processing');
    }
  }

  async function sendPayout(ask: PayoutAsk, transfer: Stripe.Transfer): Promise<ProviderReport> {
    const params = {
      ...toStripeMoney(ask.amount_minor, ask.currency),
      destination: ask.provider_bank_account_id,
      metadata: { payment_id: ask.payment_id },
    };
    const options = {
      idempotencyKey: `${ask.payment_id}:${ask.attempt}`,
      stripeAccount: ask.provider_account_id,
    };
    try {
      return await settle(transfer, await calls.write(() => stripe.payouts.create(params, options)));
    } catch (error) {
      if (!(error instanceof ProviderRejected)) throw error;
      return failed(transfer, word(error.failure));
    }
  }

  return {
    async payOut(ask) {
      const earlier = await findTransfer(ask.payment_id);
      // A transfer that was made is gone on from, whatever the attempt: the money has left us once.
      const transfer = earlier ?? (await calls.write(() => stripe.transfers.create(...transferParams(ask))));
      if (transfer.reversed) return report(transfer.id, 'failed', 'payout_failed');
      const payout = earlier && (await findPayout(ask, transfer));
      return payout === undefined ? sendPayout(ask, transfer) : settle(transfer, payout);
    },
    async findPayout(ask) {
      const transfer = await findTransfer(ask.payment_id);
      if (transfer === undefined) return undefined;
      const payout = await findPayout(ask, transfer);
      // The money is half-way: asking for the payout again goes on from there.
      return payout === undefined ? undefined : settle(transfer, payout);
    },
  };
}

function transferParams(ask: PayoutAsk): [Stripe.TransferCreateParams, Stripe.RequestOptions] {
  return [
    {
      ...toStripeMoney(ask.amount_minor, ask.currency),
      destination: ask.provider_account_id,
      transfer_group: ask.payment_id,
      metadata: { payment_id: ask.payment_id },
    },
    { idempotencyKey: `${ask.payment_id}:${ask.attempt}:transfer` },
  ];
}

function report(provider_id: string, status: ProviderReport['status'], failure?: string): ProviderReport {
  return {
    provider_id,
    status,
    ...(failure !== undefined && { failure }),
    captured_minor: 0n,
    refunded_minor: 0n,
    returned_minor: 0n,
    disputed: false,
  };
}
