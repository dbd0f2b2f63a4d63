import type Stripe from 'stripe';
import { newStripeId } from '../ids.js';
import type { Row } from '../store.js';
import type { World } from '../world.js';

const DAY_S = 86_400;
const CARD_AVAILABLE_AFTER_S = 2 * DAY_S;
const DEBIT_AVAILABLE_AFTER_S = 4 * DAY_S;

export interface Booking {
  account: string | null;
  amount: number;
  fee?: number;
  currency: string;
  type: Stripe.BalanceTransaction.Type;
  reporting_category: string;
  source: string | null;
  description?: string | null;
  /** Seconds until it can be spent; at once where absent. */
  available_after_s?: number;
  /** How long ago it happened; now where absent. */
  made_before_s?: number;
}

/** One change of a Stripe balance: https://docs.stripe.com/api/balance_transactions */
export function book(world: World, booking: Booking): string {
  const { account, amount, fee = 0, available_after_s = 0 } = booking;
  const created = world.now() - (booking.made_before_s ?? 0);
  const available_on = created + available_after_s;
  const transaction: Stripe.BalanceTransaction = {
    id: newStripeId('txn'),
    object: 'balance_transaction',
    amount,
    available_on,
    balance_type: 'payments',
    created,
    currency: booking.currency,
    description: booking.description ?? null,
    exchange_rate: null,
    fee,
    fee_details:
      fee === 0 ? [] : [{ amount: fee, application: null, currency: booking.currency, ...STRIPE_FEE }],
    net: amount - fee,
    reporting_category: booking.reporting_category,
    source: booking.source,
    status: available_after_s > 0 ? 'pending' : 'available',
    type: booking.type,
  };
  const hidden = available_after_s > 0 ? { due_at_ms: available_on * 1_000 } : {};
  world.store.insert('balance_transaction', transaction, account, hidden);
  return transaction.id;
}

const STRIPE_FEE = { description: 'Stripe processing fees', type: 'stripe_fee' };

export function becomeAvailable(world: World, row: Row<'balance_transaction'>): void {
  world.store.change(row, { status: 'available' }, { due_at_ms: undefined });
}

/** What came in by a charge, less Stripe's fee. */
export function bookCharge(
  world: World,
  charge: Row<'charge'>,
  captured: number,
  available_at_once: boolean,
): string {
  const { object, account } = charge;
  const debit = object.payment_method_details?.type === 'us_bank_account';
  const delay_s = debit ? DEBIT_AVAILABLE_AFTER_S : CARD_AVAILABLE_AFTER_S;
  return book(world, {
    account,
    amount: captured,
    fee: debit ? debitFee(captured) : cardFee(captured),
    currency: object.currency,
    type: debit ? 'payment' : 'charge',
    reporting_category: 'charge',
    source: object.id,
    description: object.description,
    available_after_s: available_at_once ? 0 : delay_s,
  });
}

/** "2.9% + 30¢ per successful charge for domestic cards" */
function cardFee(amount: number): number {
  return Math.round((amount * 29) / 1_000) + 30;
}

/** "0.8%, $5.00 cap" */
function debitFee(amount: number): number {
  return Math.min(Math.round((amount * 8) / 1_000), 500);
}

/** What an account holds, by currency: what can be spent, and what will. */
export function balanceOf(world: World, account: string | null) {
  const available: Record<string, number> = {};
  const pending: Record<string, number> = {};
  for (const { object, account: owner } of world.store.newest('balance_transaction')) {
    if (owner !== account) continue;
    const sums = object.status === 'available' ? available : pending;
    sums[object.currency] = (sums[object.currency] ?? 0) + object.net;
  }
  return { available, pending };
}
