import { randomBytes } from 'node:crypto';
import type Stripe from 'stripe';
import { invalid } from '../errors.js';
import type { HiddenPatch, OnboardingStage, Row } from '../store.js';
import type { World } from '../world.js';

/** As in the example of https://docs.stripe.com/api/account_links/create */
const LINK_LIVES_S = 300;

/** What Stripe wants to know of a person in the US whom transfers are made to. */
const PERSON = [
  'individual.dob.day',
  'individual.dob.month',
  'individual.dob.year',
  'individual.first_name',
  'individual.last_name',
  'individual.ssn_last_4',
  'tos_acceptance.date',
  'tos_acceptance.ip',
];

type Standing = Pick<
  Stripe.Account,
  'capabilities' | 'charges_enabled' | 'details_submitted' | 'payouts_enabled' | 'requirements'
>;

/** What an account may do, by how far its person is with onboarding and whether it has a bank. */
export function standing(
  capabilities: readonly string[],
  hasBank: boolean,
  stage: OnboardingStage | undefined,
): Standing {
  const currently_due = [...(stage === 'due' ? PERSON : []), ...(hasBank ? [] : ['external_account'])];
  const status = stage === undefined ? 'active' : stage === 'checking' ? 'pending' : 'inactive';
  return {
    capabilities: Object.fromEntries(capabilities.map((name) => [name, status])),
    charges_enabled: stage === undefined && capabilities.includes('card_payments'),
    details_submitted: stage !== 'due',
    payouts_enabled: stage === undefined && hasBank,
    requirements: {
      ...NOTHING_DUE,
      currently_due,
      eventually_due: currently_due,
      past_due: stage === 'due' ? currently_due : [],
      disabled_reason: stage === undefined ? null : DISABLED[stage],
      pending_verification: stage === 'checking' ? ['individual.verification.document'] : [],
    },
  };
}

const DISABLED = {
  due: 'requirements.past_due',
  checking: 'requirements.pending_verification',
  rejected: 'rejected.other',
} as const;

export const NOTHING_DUE = {
  alternatives: [],
  current_deadline: null,
  currently_due: [],
  disabled_reason: null,
  errors: [],
  eventually_due: [],
  past_due: [],
  pending_verification: [],
} satisfies Stripe.Account.Requirements;

/** Shows what an account may do now, and tells of it. */
export function restate(
  world: World,
  row: Row<'account'>,
  patch: Partial<Stripe.Account> = {},
  hidden: HiddenPatch = {},
): void {
  const { external_accounts, capabilities } = { ...row.object, ...patch };
  const stage = 'onboarding' in hidden ? hidden.onboarding : row.hidden.onboarding;
  const hasBank = (external_accounts?.data.length ?? 0) > 0;
  const state = standing(Object.keys(capabilities ?? {}), hasBank, stage);
  const previous = world.store.change(row, { ...patch, ...state }, hidden);
  world.emit('account.updated', row, previous, row.id);
}

/** Its person has told Stripe who they are, or Stripe has made up its mind. */
export function moveOnboarding(world: World, row: Row<'account'>, to: 'enabled' | OnboardingStage): void {
  restate(world, row, {}, { onboarding: to === 'enabled' ? undefined : to });
}

/** A link to the page of onboarding: for one visit, within minutes. An older one of the account ends. */
export function linkAccount(
  world: World,
  row: Row<'account'>,
  { return_url, refresh_url }: { return_url: string; refresh_url: string },
  public_url: string,
): Stripe.AccountLink {
  if (row.hidden.onboarding === 'rejected') {
    throw invalid(`The account ${row.id} was rejected: no link can be made for it.`, { param: 'account' });
  }
  const secret = randomBytes(12).toString('base64url');
  const expires_at = world.now() + LINK_LIVES_S;
  world.store.change(row, {}, { link: { secret, expires_at, return_url, refresh_url, visited: false } });
  return {
    object: 'account_link',
    created: world.now(),
    expires_at,
    url: `${public_url}/setup/c/${row.id}/${secret}`,
  };
}
