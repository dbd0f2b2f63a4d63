import { plaidId } from './bank/ids.js';
import type { AccountKind, Institution } from './bank/institutions.js';
import { maskOf } from './bank/person.js';
import { PlaidError } from './errors.js';
import type { Entry } from './feed.js';
import type { Item } from './state.js';
import type { World } from './world.js';

/** The account's id within an Item; another Item of the same person has others. */
export function accountId(item: Pick<Item, 'item_id'>, account: Pick<AccountKind, 'slot'>): string {
  return plaidId(item.item_id, 'account', account.slot);
}

/** Major units, as Plaid's JSON numbers have them. Both currencies served have two decimals. */
function major(amount_minor: number): number {
  return amount_minor / 100;
}

/** Plaid's AccountBase. */
export function presentAccount(world: World, item: Item, account: AccountKind) {
  const { current_minor, available_minor } = world.feedOf(item).balanceOf(account);
  return {
    account_id: accountId(item, account),
    balances: {
      available: major(available_minor),
      current: major(current_minor),
      iso_currency_code: account.currency,
      limit: account.limit_minor === null ? null : major(account.limit_minor),
      unofficial_currency_code: null,
    },
    holder_category: 'personal',
    mask: maskOf(world.options.seed, item.person_key, account.slot),
    name: account.name,
    official_name: account.official_name,
    subtype: account.subtype,
    type: account.type,
  };
}

/** Plaid's Item. */
export function presentItem(world: World, item: Item) {
  return {
    item_id: item.item_id,
    institution_id: item.institution_id,
    institution_name: world.institutionOf(item).name,
    webhook: item.webhook,
    auth_method: null,
    error: item.login_required ? new PlaidError('ITEM_LOGIN_REQUIRED').toItemError() : null,
    available_products: ['balance'],
    billed_products: ['transactions'],
    products: ['transactions'],
    consent_expiration_time: null,
    update_type: item.login_required ? 'user_present_required' : 'background',
  };
}

export function presentInstitution(institution: Institution, with_metadata: boolean) {
  return {
    institution_id: institution.institution_id,
    name: institution.name,
    products: ['transactions', 'balance'],
    country_codes: institution.country_codes,
    routing_numbers: [],
    oauth: false,
    ...(with_metadata ? { url: institution.url, primary_color: institution.primary_color, logo: null } : {}),
  };
}

const NOWHERE = {
  address: null,
  city: null,
  region: null,
  postal_code: null,
  country: null,
  lat: null,
  lon: null,
  store_number: null,
};

const NO_PAYMENT_META = {
  reference_number: null,
  ppd_id: null,
  payee: null,
  by_order_of: null,
  payer: null,
  payment_method: null,
  payment_processor: null,
  reason: null,
};

/** Plaid's Transaction. `original_description` is null unless it was asked for. */
export function presentTransaction(
  item: Item,
  account: AccountKind,
  entry: Entry,
  with_description: boolean,
) {
  const { payee } = entry;
  const [primary, detailed] = payee.category;
  const entity_id = payee.merchant_name === null ? null : plaidId('merchant', payee.merchant_name);
  return {
    account_id: accountId(item, account),
    account_owner: null,
    amount: major(entry.amount_minor),
    authorized_date: entry.authorized_date,
    authorized_datetime: null,
    category: null,
    category_id: null,
    check_number: null,
    counterparties: counterpartiesOf(payee, entity_id),
    date: entry.date,
    datetime: null,
    iso_currency_code: account.currency,
    location: payee.city ? { ...NOWHERE, city: payee.city, region: 'OR', country: 'US' } : NOWHERE,
    logo_url: null,
    merchant_entity_id: entity_id,
    merchant_name: payee.merchant_name,
    name: payee.name,
    original_description: with_description ? payee.name : null,
    payment_channel: payee.channel,
    payment_meta: NO_PAYMENT_META,
    pending: entry.pending,
    pending_transaction_id: entry.pending_transaction_id,
    personal_finance_category: { primary, detailed, confidence_level: 'VERY_HIGH' },
    personal_finance_category_icon_url: `https://plaid-category-icons.plaid.com/PFC_${primary}.png`,
    transaction_code: null,
    transaction_id: entry.transaction_id,
    transaction_type:
      payee.channel === 'other' ? 'special' : payee.channel === 'online' ? 'digital' : 'place',
    unofficial_currency_code: null,
    website: payee.website,
  };
}

function counterpartiesOf(payee: Entry['payee'], entity_id: string | null) {
  if (payee.merchant_name === null) return [];
  return [
    {
      name: payee.merchant_name,
      entity_id,
      type: payee.counterparty,
      website: payee.website,
      logo_url: null,
      confidence_level: 'VERY_HIGH',
    },
  ];
}

/** Link's description of an account: `id` rather than `account_id`. */
export function presentLinkAccount(world: World, item: Item, account: AccountKind) {
  return {
    id: accountId(item, account),
    name: account.name,
    mask: maskOf(world.options.seed, item.person_key, account.slot),
    type: account.type,
    subtype: account.subtype,
    verification_status: null,
    class_type: null,
  };
}
