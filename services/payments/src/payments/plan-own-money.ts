import { newId, type SummaryLine } from '@florin/chassis';
import { fault } from '@florin/faults';
import { formatMoney, type MinorUnits } from '@florin/money';
import type { PaymentsDeps } from '../deps.js';
import { feeFor } from '../domain/payment/fees.js';
import { findPayoutBank } from '../store/customers.js';
import { requireMethod } from '../store/payment-methods.js';
import type { PaymentPlan } from './begin-payment.js';
import { ownWallet, payable, requirePayable, requireReceivable } from './plan-payment.js';

/** Money that stays the person's own: between a wallet and a card or bank account of theirs. */
export interface OwnMoneyAsk {
  wallet_id: string;
  /** `pm_…` or `acc_…`. */
  outside_id: string;
  amount: string;
  currency: string;
}

export interface PlannedOwnMoney {
  plan: PaymentPlan;
  total: MinorUnits;
  summary: SummaryLine[];
}

type Deps = Pick<PaymentsDeps, 'db' | 'wallets' | 'bankAccounts' | 'maximums' | 'fees'>;

/**
 * Looks up everything that funding a wallet needs. Writes nothing.
 * @throws Fault
 */
export async function planFunding(
  deps: Deps,
  user_id: string,
  ask: OwnMoneyAsk,
  now: Date,
): Promise<PlannedOwnMoney> {
  const amount = payable(deps, ask);
  const wallet = await ownWallet(deps, user_id, ask.wallet_id);
  requireReceivable(wallet, ask.currency);
  const from = await describeSource(deps, user_id, ask, now);
  const fee = feeFor(deps.fees, 'funding', amount);
  const plan = planOf('funding', user_id, ask, amount, fee);
  return planned(plan, 'Add', [
    { label: 'To', text: `your ${ask.currency} wallet` },
    { label: 'From', text: from },
  ]);
}

/**
 * The same for a withdrawal, and whether money went to that account before.
 * @throws Fault
 */
export async function planWithdrawal(
  deps: Deps,
  user_id: string,
  ask: OwnMoneyAsk,
): Promise<PlannedOwnMoney & { isKnown: boolean }> {
  const amount = payable(deps, ask);
  const wallet = await ownWallet(deps, user_id, ask.wallet_id);
  const fee = feeFor(deps.fees, 'withdrawal', amount);
  const total_minor = amount.amount_minor + fee.amount_minor;
  requirePayable(wallet, { amount_minor: total_minor, currency: ask.currency });
  const to = await describeAccount(deps, user_id, ask);
  const isKnown = (await findPayoutBank(user_id, deps.db, ask.outside_id)) !== undefined;
  const plan = planOf('withdrawal', user_id, ask, amount, fee);
  const lines = [
    { label: 'To', text: to },
    { label: 'From', text: `your ${ask.currency} wallet` },
  ];
  return { ...planned(plan, 'Withdraw', lines), isKnown };
}

async function describeSource(deps: Deps, user_id: string, ask: OwnMoneyAsk, now: Date): Promise<string> {
  if (ask.outside_id.startsWith('acc_')) return describeAccount(deps, user_id, ask);
  const { type, brand, last4 } = await requireMethod(user_id, deps.db, ask.outside_id, now);
  if (type === 'us_bank_account') requireDollars(ask.currency);
  return `${brand} ending in ${last4}`;
}

/** A bank account that money can move in or out of now. @throws Fault NOT_FOUND, BANK_LOGIN_REQUIRED, … */
async function describeAccount(
  { bankAccounts }: Deps,
  user_id: string,
  { outside_id, currency }: OwnMoneyAsk,
): Promise<string> {
  const account = await bankAccounts.get(user_id, outside_id);
  requireDollars(currency);
  if (account.status === 'unlinked') {
    throw fault('ACCOUNT_UNLINKED', 'This account was unlinked. Link the bank again with create_link_token.');
  }
  if (account.status === 'needs_login') {
    throw fault(
      'BANK_LOGIN_REQUIRED',
      'The bank wants the person to sign in again. Call create_link_token with this account_id and show them the link_url.',
    );
  }
  if (account.type !== 'depository' || account.currency !== 'USD') {
    throw fault(
      'FAILED_PRECONDITION',
      'Money moves in and out of checking and savings accounts in USD only. Choose another with list_accounts.',
    );
  }
  return `${account.institution}: ${account.name} ending in ${account.mask}`;
}

function requireDollars(currency: string): void {
  if (currency === 'USD') return;
  throw fault(
    'CURRENCY_MISMATCH',
    'Money moves to and from bank accounts in USD only. Use a card for others.',
  );
}

function planOf(
  kind: 'funding' | 'withdrawal',
  user_id: string,
  { wallet_id, outside_id, currency }: OwnMoneyAsk,
  amount: MinorUnits,
  fee: MinorUnits,
): PaymentPlan {
  const isFunding = kind === 'funding';
  return {
    payment_id: newId('pay'),
    kind,
    source_id: isFunding ? outside_id : wallet_id,
    destination_id: isFunding ? wallet_id : outside_id,
    payee_user_id: user_id,
    amount_minor: amount.amount_minor,
    fee_minor: fee.amount_minor,
    currency,
    description: null,
  };
}

function planned(plan: PaymentPlan, verb: string, lines: SummaryLine[]): PlannedOwnMoney {
  const { amount_minor, fee_minor, currency } = plan;
  const text = (minor: bigint) => `${formatMoney({ amount_minor: minor, currency }).amount} ${currency}`;
  return {
    plan,
    total: { amount_minor: amount_minor + fee_minor, currency },
    summary: [
      { label: verb, text: text(amount_minor) },
      ...(fee_minor > 0n ? [{ label: 'Fee', text: text(fee_minor) }] : []),
      ...lines,
    ],
  };
}
