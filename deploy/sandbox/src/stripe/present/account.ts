import type Stripe from 'stripe';
import { NOTHING_DUE, standing } from '../money/onboarding.js';
import type { OnboardingStage } from '../store.js';

type Given = Pick<
  Stripe.Account,
  | 'business_type'
  | 'country'
  | 'created'
  | 'default_currency'
  | 'email'
  | 'metadata'
  | 'tos_acceptance'
  | 'type'
> & {
  id: string;
  capabilities: readonly string[];
  controller: Partial<Stripe.Account.Controller>;
  onboarding: OnboardingStage | undefined;
  payout_interval: string;
};

/** A connected account. */
export function newAccount(all: Given): Stripe.Account {
  const { capabilities, controller, onboarding, payout_interval, ...given } = all;
  return {
    object: 'account',
    business_profile: {
      annual_revenue: null,
      estimated_worker_count: null,
      mcc: null,
      minority_owned_business_designation: null,
      name: null,
      product_description: null,
      specified_commercial_transactions_act_url: null,
      support_address: null,
      support_email: null,
      support_phone: null,
      support_url: null,
      url: null,
    },
    controller: { type: 'application', is_controller: true, ...controller },
    external_accounts: {
      object: 'list',
      data: [],
      has_more: false,
      url: `/v1/accounts/${given.id}/external_accounts`,
    },
    future_requirements: NOTHING_DUE,
    settings: {
      bacs_debit_payments: { display_name: null, service_user_number: null },
      branding: { icon: null, logo: null, primary_color: null, secondary_color: null },
      card_payments: {
        decline_on: { avs_failure: false, cvc_failure: false },
        statement_descriptor_prefix: null,
        statement_descriptor_prefix_kana: null,
        statement_descriptor_prefix_kanji: null,
      },
      dashboard: { display_name: null, timezone: 'Etc/UTC' },
      payments: {
        statement_descriptor: null,
        statement_descriptor_kana: null,
        statement_descriptor_kanji: null,
        statement_descriptor_prefix_kana: null,
        statement_descriptor_prefix_kanji: null,
      },
      payouts: {
        debit_negative_balances: false,
        schedule: { delay_days: 2, interval: payout_interval },
        statement_descriptor: null,
      },
      sepa_debit_payments: {},
    },
    ...standing(capabilities, false, onboarding),
    ...given,
  };
}
