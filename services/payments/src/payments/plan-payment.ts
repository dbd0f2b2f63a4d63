import { newId, type SummaryLine } from '@florin/chassis';
import { type Fault, fault, invalidField } from '@florin/faults';
import { formatMoney, type MinorUnits, parseAmount } from '@florin/money';
import type { PaymentsDeps } from '../deps.js';
import { type FeeKind, feeFor } from '../domain/payment/fees.js';
import type { Wallet } from '../ledger/wallets.js';
import { openWallet } from '../ledger/wallets.js';
import { type MethodRow, requireMethod } from '../store/payment-methods.js';
import type { PaymentPlan } from './begin-payment.js';
import { insufficientFunds, sameWallet, walletClosed, walletFrozen } from './refusal-fault.js';

export interface PaymentAsk {
  source_id: string;
  destination_id: string;
  amount: string;
  currency: string;
  description?: string | undefined;
}

/** A payment as it would be made, with what a judgement of it needs. */
export interface PlannedPayment {
  plan: PaymentPlan;
  total: MinorUnits;
  isKnown: boolean;
  /** Of the wallet that pays, where one does. */
  available_minor: bigint | undefined;
  summary: SummaryLine[];
}

/**
 * Looks up everything that a payment needs, and refuses what cannot be paid, each for its own reason. Writes nothing of the
 * payment.
 * @throws Fault
 */
export async function planPayment(
  deps: PaymentsDeps,
  user_id: string,
  ask: PaymentAsk,
  now: Date,
): Promise<PlannedPayment> {
  const amount = payable(deps, ask);
  if (ask.source_id === ask.destination_id) throw sameWallet();
  const looked = findDestination(deps, user_id, ask, now);
  // Looked for at once, but what is wrong with the source is said first: a refusal here waits for its turn.
  looked.catch(() => undefined);
  const paidBefore = isPaidBefore(deps, user_id, ask.destination_id, looked);
  paidBefore.catch(() => undefined);
  const source = await findSource(deps, user_id, ask.source_id, now);
  if ('wallet_id' in source) requirePayable(source, priceOf(deps, 'transfer', amount).total);
  const destination = await looked;
  const isOwn = destination.user_id === user_id;
  // An e-mail may stand for the wallet that pays.
  if ('wallet_id' in source && source.wallet_id === destination.wallet_id) throw sameWallet();
  const kind = 'wallet_id' in source ? 'transfer' : isOwn ? 'funding' : 'charge';
  const { fee, total } = priceOf(deps, kind, amount);
  requireReceivable(destination, ask.currency);
  const plan: PaymentPlan = {
    payment_id: newId('pay'),
    kind,
    source_id: ask.source_id,
    destination_id: destination.wallet_id,
    payee_user_id: destination.user_id,
    amount_minor: amount.amount_minor,
    fee_minor: fee.amount_minor,
    currency: ask.currency,
    description: ask.description ?? null,
  };
  const isKnown = isOwn || (await paidBefore);
  const available_minor = 'wallet_id' in source ? source.available_minor : undefined;
  return { plan, total, isKnown, available_minor, summary: summaryOf(plan, ask, source, isKnown) };
}

function priceOf(
  { fees }: Pick<PaymentsDeps, 'fees'>,
  kind: FeeKind,
  amount: MinorUnits,
): { fee: MinorUnits; total: MinorUnits } {
  const fee = feeFor(fees, kind, amount);
  return { fee, total: { ...amount, amount_minor: amount.amount_minor + fee.amount_minor } };
}

/** A wallet that is named is looked up beside all else; one that an e-mail stands for must be found first. */
async function isPaidBefore(
  { wallets }: Pick<PaymentsDeps, 'wallets'>,
  user_id: string,
  destination_id: string,
  looked: Promise<Wallet>,
): Promise<boolean> {
  const wallet_id = destination_id.startsWith('wal_') ? destination_id : (await looked).wallet_id;
  return wallets.isKnownPayee(user_id, wallet_id);
}

/** @throws Fault INVALID_ARGUMENT, AMOUNT_TOO_LARGE */
export function payable(
  { maximums }: Pick<PaymentsDeps, 'maximums'>,
  ask: Pick<PaymentAsk, 'amount' | 'currency'>,
): MinorUnits {
  const amount = parseAmount(ask.amount, ask.currency);
  const most_minor = maximums.get(ask.currency);
  if (most_minor === undefined || amount.amount_minor <= most_minor) return amount;
  const maximum = formatMoney({ amount_minor: most_minor, currency: ask.currency });
  throw fault(
    'AMOUNT_TOO_LARGE',
    `One payment may be at most ${maximum.amount} ${ask.currency}: ask the person for a smaller amount.`,
    { details: { maximum } },
  );
}

async function findSource(
  deps: PaymentsDeps,
  user_id: string,
  source_id: string,
  now: Date,
): Promise<Wallet | MethodRow> {
  if (source_id.startsWith('wal_')) return ownWallet(deps, user_id, source_id);
  return requireMethod(user_id, deps.db, source_id, now);
}

/** @throws Fault NOT_FOUND, the same for somebody else's wallet and for one that never was */
export async function ownWallet(
  { wallets }: Pick<PaymentsDeps, 'wallets'>,
  user_id: string,
  wallet_id: string,
): Promise<Wallet> {
  const wallet = await wallets.byId(wallet_id);
  if (wallet?.user_id === user_id) return wallet;
  throw fault('NOT_FOUND', 'You have no such wallet. Call list_wallets to see those you have.');
}

async function findDestination(
  deps: PaymentsDeps,
  user_id: string,
  { destination_id, currency }: PaymentAsk,
  now: Date,
): Promise<Wallet> {
  if (destination_id.startsWith('wal_')) {
    const wallet = await deps.wallets.byId(destination_id);
    if (wallet !== undefined) return wallet;
    throw fault('NOT_FOUND', 'destination_id is no wallet: check it, or give the payee’s e-mail instead.');
  }
  if (!destination_id.includes('@'))
    throw invalidField('destination_id', 'must be a "wal_" id or an e-mail.');
  const payee = await deps.payees.find(user_id, destination_id);
  if (payee === undefined) throw nobodyThere(currency);
  const wallet = await deps.wallets.ofUser(payee, currency);
  if (wallet !== undefined) return wallet;
  // Whoever registered a moment ago may be paid before the event of it has come.
  if (deps.wallet_currencies.includes(currency)) {
    return openWallet(deps.sql, { user_id: payee, currency, now });
  }
  // One's own missing wallet is no secret.
  if (payee === user_id) throw fault('CURRENCY_MISMATCH', `You have no wallet that holds ${currency}.`);
  throw nobodyThere(currency);
}

/** One answer for whoever is not there and whoever cannot be paid this: it tells nobody who has an account. */
function nobodyThere(currency: string): Fault {
  return fault(
    'NOT_FOUND',
    `Nobody can be paid in ${currency} under this e-mail. Check the address with the person, or ask the payee for a wallet id.`,
  );
}

/** @throws Fault WALLET_CLOSED, WALLET_FROZEN, CURRENCY_MISMATCH, INSUFFICIENT_FUNDS */
export function requirePayable(source: Wallet, total: MinorUnits): void {
  if (source.status === 'closed') throw walletClosed();
  if (source.status === 'frozen') throw walletFrozen();
  if (source.currency !== total.currency) {
    throw fault(
      'CURRENCY_MISMATCH',
      `The source wallet holds ${source.currency}, not ${total.currency}: pay in ${source.currency}, or from another wallet.`,
    );
  }
  if (source.available_minor < total.amount_minor) {
    throw insufficientFunds(source.available_minor, source.currency);
  }
}

/** @throws Fault WALLET_CLOSED, CURRENCY_MISMATCH */
export function requireReceivable(destination: Wallet, currency: string): void {
  if (destination.status === 'closed') throw walletClosed();
  if (destination.currency === currency) return;
  throw fault(
    'CURRENCY_MISMATCH',
    `The wallet that is paid holds ${destination.currency}, not ${currency}: pay in ${destination.currency}.`,
  );
}

/** What the person reads before they allow it: an id tells them nothing, and that the payee is new tells them much. */
function summaryOf(
  plan: PaymentPlan,
  ask: PaymentAsk,
  source: Wallet | MethodRow,
  isKnown: boolean,
): SummaryLine[] {
  const money = (amount_minor: bigint) => {
    const { amount } = formatMoney({ amount_minor, currency: plan.currency });
    return `${amount} ${plan.currency}`;
  };
  return [
    { label: 'Pay', text: money(plan.amount_minor) },
    ...(plan.fee_minor > 0n ? [{ label: 'Fee', text: money(plan.fee_minor) }] : []),
    { label: 'To', text: isKnown ? ask.destination_id : `${ask.destination_id}, never paid before` },
    {
      label: 'From',
      text:
        'wallet_id' in source ? `your ${plan.currency} wallet` : `${source.brand} ending in ${source.last4}`,
    },
    ...(plan.description === null ? [] : [{ label: 'For', text: plan.description }]),
  ];
}
