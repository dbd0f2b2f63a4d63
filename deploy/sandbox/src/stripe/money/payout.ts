import type Stripe from 'stripe';
import { invalid } from '../errors.js';
import { idOf, newStripeId } from '../ids.js';
import type { Row } from '../store.js';
import { type BankFailure, failureOf, tokenBank } from '../test-methods.js';
import type { World } from '../world.js';
import { book } from './book.js';
import { checkFunds } from './transfer.js';

/** Sends what an account has available to its bank. */
export function payOut(
  world: World,
  given: Pick<
    Stripe.Payout,
    'amount' | 'currency' | 'description' | 'metadata' | 'method' | 'statement_descriptor'
  > & {
    account: string | null;
    destination: Row<'bank_account'> | undefined;
  },
): Row<'payout'> {
  const { account, destination, ...fields } = given;
  if (!destination && account !== null) {
    throw invalid("Sorry, you don't have any external accounts in that currency.", {
      param: 'currency',
    });
  }
  checkEnabled(world, account);
  checkFunds(world, account, fields.amount, fields.currency);
  const made: Stripe.Payout = {
    id: newStripeId('po'),
    object: 'payout',
    ...fields,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: world.now() + Math.ceil(world.options.payouts_arrive_after_ms / 1_000),
    automatic: false,
    balance_transaction: null,
    created: world.now(),
    destination: destination?.id ?? null,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    original_payout: null,
    payout_method: null,
    reconciliation_status: 'not_applicable',
    reversed_by: null,
    source_type: 'card',
    status: 'pending',
    trace_id: null,
    type: 'bank_account',
  };
  const due_at_ms = world.nowMs() + world.options.payouts_arrive_after_ms;
  const row = world.store.insert('payout', made, account, { due_at_ms });
  const balance_transaction = bookPayout(world, row, -made.amount, 'payout');
  world.store.change(row, { balance_transaction });
  world.emit('payout.created', row);
  return row;
}

function checkEnabled(world: World, account: string | null): void {
  if (account === null || world.store.get('account', account)?.object.payouts_enabled) return;
  throw invalid('Cannot create payouts: this account has requirements that need to be collected.', {
    code: 'payouts_not_allowed',
  });
}

/** The bank took it, or does not: as the token of the account says, or as told. */
export function settlePayout(world: World, row: Row<'payout'>, outcome?: 'paid' | BankFailure): void {
  const bank = world.store.get('bank_account', idOf(row.object.destination));
  const test = tokenBank(bank?.hidden.token ?? '');
  const ends = outcome ?? (test && failureOf(test)) ?? 'paid';
  const { status } = row.object;
  if (ends === 'paid') {
    if (status === 'pending' || status === 'in_transit') {
      world.change(row, 'payout.paid', { status: 'paid' }, { due_at_ms: undefined });
    }
    return;
  }
  // "Some payouts that fail might initially show as paid, then change to failed."
  if (status === 'failed' || status === 'canceled') return;
  const failure_balance_transaction = bookPayout(world, row, row.object.amount, 'payout_failure');
  world.change(
    row,
    'payout.failed',
    { status: 'failed', failure_code: ends, failure_message: MESSAGES[ends], failure_balance_transaction },
    { due_at_ms: undefined },
  );
}

/** "You can only cancel payouts that are pending." */
export function cancelPayout(world: World, row: Row<'payout'>): void {
  if (row.object.status !== 'pending') {
    throw invalid(`Payouts can only be canceled while they are pending: ${row.id} is ${row.object.status}.`);
  }
  const failure_balance_transaction = bookPayout(world, row, row.object.amount, 'payout_cancel');
  const canceled = { status: 'canceled', failure_balance_transaction };
  world.change(row, 'payout.canceled', canceled, { due_at_ms: undefined });
}

function bookPayout(
  world: World,
  { object, account }: Row<'payout'>,
  amount: number,
  type: 'payout' | 'payout_cancel' | 'payout_failure',
): string {
  return book(world, {
    account,
    amount,
    currency: object.currency,
    type,
    reporting_category: type === 'payout' ? 'payout' : 'payout_reversal',
    source: object.id,
    description: 'STRIPE PAYOUT',
  });
}

const MESSAGES: Record<BankFailure, string> = {
  account_closed: 'The bank account has been closed',
  no_account: 'The bank account could not be located',
  insufficient_funds: 'Your Stripe account has insufficient funds to cover the payout',
  debit_not_authorized: 'Debit transactions are not approved on your bank account',
  invalid_currency: 'The bank was unable to process this payout because of its currency',
};
