import { randomUUID } from 'node:crypto';
import type Stripe from 'stripe';
import type { ChargeAsk, FindCharge, PaymentProvider, ProviderReport } from './payment-provider.js';
import { ProviderRejected, ProviderUnknown } from './payment-provider.js';
import { CardDeclined, type StripeCalls } from './stripe-calls.js';
import { toChargeReport, toRefundReport, toStripeMoney } from './stripe-values.js';

type Charges = Pick<PaymentProvider, 'charge' | 'findCharge' | 'cancelCharge' | 'refund' | 'findRefund'>;

interface Parts {
  stripe: Stripe;
  calls: StripeCalls;
  /** Where a person comes back to from 3-D Secure. */
  returnUrl: (payment_id: string) => string;
}

const EXPAND = ['latest_charge.balance_transaction'];
const PAGE = 100;
/** Of one customer, since the payment was sent: nobody makes so many. */
const MAX_PAGES = 10;
/** Our clock and Stripe's may differ. */
const SKEW_S = 300;

/** Money in: PaymentIntents, refunds and disputes (https://docs.stripe.com/api). */
export function stripeCharges({ stripe, calls, returnUrl }: Parts): Charges {
  async function toReport(intent: Stripe.PaymentIntent): Promise<ProviderReport> {
    const { latest_charge: charge } = intent;
    const isDisputed = typeof charge === 'object' && charge !== null && charge.disputed;
    if (!isDisputed) return toChargeReport(intent, []);
    const { data } = await calls.read(() => stripe.disputes.list({ payment_intent: intent.id, limit: PAGE }));
    return toChargeReport(intent, data);
  }

  const retrieve = (id: string) => calls.read(() => stripe.paymentIntents.retrieve(id, { expand: EXPAND }));

  return {
    async charge(ask) {
      const params = chargeParams(ask, returnUrl(ask.payment_id));
      const idempotencyKey = `${ask.payment_id}:${ask.attempt}`;
      try {
        return await toReport(
          await calls.write(() => stripe.paymentIntents.create(params, { idempotencyKey })),
        );
      } catch (error) {
        if (error instanceof CardDeclined) return declined(error);
        throw error;
      }
    },
    async findCharge(ask) {
      if (ask.provider_id !== undefined) return toReport(await retrieve(ask.provider_id));
      const found = await search(stripe, calls, ask);
      return found === undefined ? undefined : toReport(await retrieve(found.id));
    },
    async cancelCharge(_payment_id, provider_id) {
      const intent = await retrieve(provider_id);
      if (!cancelable.has(intent.status)) return toReport(intent);
      try {
        const options = { idempotencyKey: randomUUID() };
        return await toReport(
          await calls.write(() => stripe.paymentIntents.cancel(provider_id, { expand: EXPAND }, options)),
        );
      } catch (error) {
        if (!(error instanceof ProviderRejected)) throw error;
        // It went on between the look and the call, or a bank has it: "payment_intent_unexpected_state".
        return toReport(await retrieve(provider_id));
      }
    },
    async refund({ refund_id, attempt, payment_id, provider_id, amount_minor }) {
      const params = {
        payment_intent: provider_id,
        amount: Number(amount_minor),
        metadata: { refund_id, payment_id },
      };
      const idempotencyKey = `${refund_id}:${attempt}`;
      return toRefundReport(await calls.write(() => stripe.refunds.create(params, { idempotencyKey })));
    },
    async findRefund({ refund_id, provider_id, charge_id }) {
      if (provider_id !== undefined) {
        return toRefundReport(await calls.read(() => stripe.refunds.retrieve(provider_id)));
      }
      const { data } = await calls.read(() =>
        stripe.refunds.list({ payment_intent: charge_id, limit: PAGE }),
      );
      const found = data.find(({ metadata }) => metadata?.refund_id === refund_id);
      return found && toRefundReport(found);
    },
  };
}

const cancelable = new Set<string>([
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
  'requires_capture',
  'processing',
]);

function chargeParams(ask: ChargeAsk, return_url: string): Stripe.PaymentIntentCreateParams {
  const { payment_id, user_id, customer_id, provider_method_id, method_type, description, on_session } = ask;
  return {
    ...toStripeMoney(ask.amount_minor, ask.currency),
    customer: customer_id,
    payment_method: provider_method_id,
    allowed_payment_method_types: [method_type],
    confirm: true,
    // A debit needs the person's mandate, which they gave by approving it to us and not on a page of Stripe's.
    ...(method_type === 'us_bank_account' && {
      mandate_data: { customer_acceptance: { type: 'offline', offline: {} } },
    }),
    ...(on_session ? { return_url } : { off_session: true }),
    ...(description !== undefined && { description }),
    metadata: { payment_id, user_id },
    expand: EXPAND,
  };
}

function declined({ charge_id, failure }: CardDeclined): ProviderReport {
  if (charge_id === undefined) throw new ProviderUnknown('Stripe declined, and did not say what');
  return {
    provider_id: charge_id,
    status: 'failed',
    failure,
    captured_minor: 0n,
    refunded_minor: 0n,
    returned_minor: 0n,
    disputed: false,
  };
}

/** By listing, and not by Stripe's search, which is behind by up to a minute: a charge that is there must be found. */
async function search(
  stripe: Stripe,
  calls: StripeCalls,
  { payment_id, customer_id, sent_at }: FindCharge,
): Promise<Stripe.PaymentIntent | undefined> {
  const gte = Math.floor(sent_at.getTime() / 1_000) - SKEW_S;
  let after: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const { data, has_more } = await calls.read(() =>
      stripe.paymentIntents.list({
        customer: customer_id,
        created: { gte },
        limit: PAGE,
        ...(after !== undefined && { starting_after: after }),
      }),
    );
    // Newest first: of several attempts, the one that counts is the last that did not fail.
    const own = data.filter(({ metadata }) => metadata.payment_id === payment_id);
    const found = own.find(({ status }) => status !== 'requires_payment_method') ?? own[0];
    if (found !== undefined) return found;
    after = data.at(-1)?.id;
    if (!has_more || after === undefined) return undefined;
  }
  throw new ProviderUnknown('there are more charges of this customer than are looked through');
}
