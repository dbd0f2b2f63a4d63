import { randomUUID } from 'node:crypto';
import type Stripe from 'stripe';
import type { OnboardingAsk, OnboardingPage, PaymentProvider, PayoutStanding } from './payment-provider.js';
import type { StripeCalls } from './stripe-calls.js';

type PayoutAccounts = Pick<
  PaymentProvider,
  'createPayoutAccount' | 'addPayoutBank' | 'payoutStanding' | 'createOnboardingPage'
>;

interface Parts {
  stripe: Stripe;
  calls: StripeCalls;
}

/**
 * The connected accounts that people are paid out from. They see nothing of Stripe but its page of onboarding: we answer for
 * the balance and for what Stripe must know, which is also what lets us add the bank account that they have linked ("accounts
 * where controller.requirement_collection is application").
 */
export function stripePayoutAccounts({ stripe, calls }: Parts): PayoutAccounts {
  return {
    async createPayoutAccount(user_id) {
      const params: Stripe.AccountCreateParams = {
        controller: {
          fees: { payer: 'application' },
          losses: { payments: 'application' },
          requirement_collection: 'application',
          stripe_dashboard: { type: 'none' },
        },
        country: 'US',
        business_type: 'individual',
        capabilities: { transfers: { requested: true } },
        // Ours to decide when: the payout of a withdrawal follows its transfer.
        settings: { payouts: { schedule: { interval: 'manual' } } },
        metadata: { user_id },
      };
      const idempotencyKey = randomUUID();
      const { id } = await calls.write(() => stripe.accounts.create(params, { idempotencyKey }));
      return id;
    },
    async addPayoutBank(provider_account_id, bank_token) {
      const idempotencyKey = randomUUID();
      const params = { external_account: bank_token };
      const { id } = await calls.write(() =>
        stripe.accounts.createExternalAccount(provider_account_id, params, { idempotencyKey }),
      );
      return id;
    },
    async payoutStanding(provider_account_id) {
      return standingOf(await calls.read(() => stripe.accounts.retrieve(provider_account_id)));
    },
    async createOnboardingPage({ provider_account_id, return_url, refresh_url }: OnboardingAsk) {
      const idempotencyKey = randomUUID();
      const { url, expires_at } = await calls.write(() =>
        stripe.accountLinks.create(
          { account: provider_account_id, type: 'account_onboarding', return_url, refresh_url },
          { idempotencyKey },
        ),
      );
      return { action_url: url, expires_at: new Date(expires_at * 1_000) } satisfies OnboardingPage;
    },
  };
}

/** What stands between an account and a payout: https://docs.stripe.com/connect/handling-api-verification */
function standingOf({ capabilities, payouts_enabled, requirements }: Stripe.Account): PayoutStanding {
  if (capabilities?.transfers === 'active' && payouts_enabled) return 'ready';
  if (requirements?.disabled_reason?.startsWith('rejected.')) return 'refused';
  const due = [...(requirements?.currently_due ?? []), ...(requirements?.past_due ?? [])];
  return due.length > 0 ? 'due' : 'checking';
}
