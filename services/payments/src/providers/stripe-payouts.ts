import { randomUUID } from 'node:crypto';
import type Stripe from 'stripe';
import type { FindPayout, PaymentProvider, PayoutAsk, ProviderReport } from './payment-provider.js';
import { ProviderRejected, ProviderUnknown } from './payment-provider.js';
import type { StripeCalls } from './stripe-calls.js';
import { toStripeMoney, word } from './stripe-values.js';

type Payouts = Pick<PaymentProvider, 'payOut' | 'findPayout' | 'takeBackPayout'>;

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

  async function findPayout(
    { payment_id, provider_id, provider_account_id }: FindPayout,
    transfer: Stripe.Transfer,
  ): Promise<Stripe.Payout | undefined> {
    const options = { stripeAccount: provider_account_id };
    if (provider_id?.startsWith('po_')) {
      return calls.read(() => stripe.payouts.retrieve(provider_id, {}, options));
    }
    // Newest first. Where no answer has named it, it was sent within the hour: one page holds it.
    const { data } = await calls.read(() =>
      stripe.payouts.list({ created: { gte: transfer.created }, limit: PAGE }, options),
    );
    const own = data.filter(({ metadata }) => metadata?.payment_id === payment_id);
    return own.find(({ status }) => status !== 'failed' && status !== 'canceled') ?? own[0];
  }

  /**
   * Takes the money back from the person's account. No more than was sent ever comes back, so each try has a key of its own:
   * under a shared one, Stripe would repeat a 500 for a day.
   * @throws ProviderUnknown where the account has not got it
   */
  async function reverse(transfer: Stripe.Transfer): Promise<void> {
    if (transfer.reversed) return;
    const amount = transfer.amount - transfer.amount_reversed;
    const options = { idempotencyKey: randomUUID() };
    try {
      // The reversal's line in Stripe's book is told whose it is.
      const asked = { amount, metadata: transfer.metadata };
      await calls.write(() => stripe.transfers.createReversal(transfer.id, asked, options));
    } catch (error) {
      if (!(error instanceof ProviderRejected)) throw error;
      // Another one may have been faster. If not, the money is neither here nor at the bank, and must not be given twice.
      const { reversed } = await calls.read(() => stripe.transfers.retrieve(transfer.id));
      if (!reversed) throw new ProviderUnknown(`the transfer cannot be reversed: ${error.failure}`);
    }
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
      if (payout !== undefined) return settle(transfer, payout);
      if (transfer.reversed) return report(transfer.id, 'failed', 'payout_failed');
      return { ...report(transfer.id, 'processing'), is_halfway: true };
    },
    async takeBackPayout(ask) {
      const transfer = await findTransfer(ask.payment_id);
      if (transfer === undefined) throw new ProviderRejected('resource_missing', 'there is no such transfer');
      const payout = await findPayout(ask, transfer);
      return payout === undefined ? failed(transfer, 'payout_failed') : settle(transfer, payout);
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
