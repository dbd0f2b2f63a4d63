import { idOf } from '../ids.js';
import { failedDebit } from '../present/charge.js';
import { isOf, type Row } from '../store.js';
import {
  type BankFailure,
  bankFailureMessage,
  failureOf,
  type TestBank,
  testMethod,
} from '../test-methods.js';
import type { World } from '../world.js';
import { becomeAvailable, bookCharge } from './book.js';
import { cancel } from './capture.js';
import { failIntent } from './confirm.js';
import { openDispute } from './dispute.js';
import { settlePayout } from './payout.js';
import { settleRefund } from './refund.js';
import { expireSession } from './set-up-page.js';

/** How a debit ends: undefined where the bank pays. */
export function settleDebit(world: World, intent: Row<'payment_intent'>, failure?: BankFailure): void {
  const charge = world.store.get('charge', idOf(intent.object.latest_charge));
  if (!charge || intent.object.status !== 'processing') return;
  if (failure !== undefined) {
    const method = world.store.get('payment_method', charge.object.payment_method);
    world.change(charge, 'charge.failed', failedDebit(failure));
    failIntent(world, intent, {
      type: 'card_error',
      charge: charge.id,
      code: failure,
      message: bankFailureMessage(failure),
      ...(method ? { payment_method: method.object } : {}),
    });
    return;
  }
  const balance_transaction = bookCharge(world, charge, charge.object.amount, false);
  world.change(charge, 'charge.succeeded', {
    status: 'succeeded',
    paid: true,
    amount_captured: charge.object.amount,
    balance_transaction,
  });
  world.change(
    intent,
    'payment_intent.succeeded',
    { status: 'succeeded', amount_received: charge.object.amount },
    { due_at_ms: undefined },
  );
  if (bankOf(world, charge)?.debit === 'returned_late') returnDebit(world, charge, 'debit_not_authorized');
}

/**
 * "In rare situations, Stripe might receive an ACH failure from the bank after a PaymentIntent has transitioned to
 * succeeded. If this happens, Stripe creates a dispute". It cannot be contested.
 */
export function returnDebit(world: World, charge: Row<'charge'>, reason: string): Row<'dispute'> {
  return openDispute(world, charge, { reason, final: true });
}

/** Lets everything happen that is due by now. */
export function settleDue(world: World): void {
  for (const row of world.store.due(world.nowMs())) {
    // What ended meanwhile has nothing due any more.
    if (row.hidden.due_at_ms !== undefined) settle(world, row);
  }
}

function settle(world: World, row: Row): void {
  if (isOf(row, 'balance_transaction')) becomeAvailable(world, row);
  else if (isOf(row, 'payment_intent')) settleIntent(world, row);
  else if (isOf(row, 'payout')) settlePayout(world, row);
  else if (isOf(row, 'checkout.session')) expireSession(world, row);
  else if (isOf(row, 'refund')) {
    // One that had succeeded at once is due only where it fails.
    settleRefund(world, row, row.object.status === 'succeeded' ? 'unknown' : undefined);
  } else world.store.change(row, {}, { due_at_ms: undefined });
}

function settleIntent(world: World, intent: Row<'payment_intent'>): void {
  // "If the funds aren't captured before the authorization expires, the funds are released."
  if (intent.object.status === 'requires_capture') {
    cancel(world, intent, 'automatic');
    return;
  }
  const charge = world.store.get('charge', idOf(intent.object.latest_charge));
  const bank = charge && bankOf(world, charge);
  settleDebit(world, intent, bank && failureOf(bank));
}

function bankOf(world: World, { object }: Row<'charge'>): TestBank | undefined {
  const test = testMethod(world.store.get('payment_method', object.payment_method)?.hidden.token ?? '');
  return test?.type === 'us_bank_account' ? test : undefined;
}
