import type Stripe from 'stripe';
import { invalid } from '../errors.js';
import { idOf, newStripeId } from '../ids.js';
import { inMajor } from '../present/amount.js';
import type { Row } from '../store.js';
import { testMethod } from '../test-methods.js';
import type { World } from '../world.js';
import { book } from './book.js';

const SETTLES_AFTER_MS = 5 * 86_400_000;

/** Gives money back: never more than was captured and has not been given back. */
export function refund(
  world: World,
  charge: Row<'charge'>,
  given: { amount: number | undefined; reason: string | null; metadata: Record<string, string> },
): Row<'refund'> {
  const { object, account } = charge;
  const disputes = world.store.newest('dispute').filter((dispute) => dispute.object.charge === charge.id);
  const chargedBack = disputes.some(({ object: { status } }) => !/^(?:won|warning_.*)$/.test(status));
  const amount = checkRefundable(object, chargedBack, given.amount);
  const method = world.store.get('payment_method', object.payment_method);
  const test = testMethod(method?.hidden.token ?? '');
  const debit = object.payment_method_details?.type === 'us_bank_account';
  const behaviour = test?.type === 'card' ? test.refund : undefined;
  const pending = debit || behaviour === 'pending';
  const made: Stripe.Refund = {
    id: newStripeId(debit ? 'pyr' : 're'),
    object: 'refund',
    amount,
    balance_transaction: null,
    charge: object.id,
    created: world.now(),
    currency: object.currency,
    customer: idOf(object.customer),
    customer_account: null,
    destination_details: debit
      ? { type: 'us_bank_transfer', us_bank_transfer: { reference: null, reference_status: 'pending' } }
      : {
          type: 'card',
          card: { type: 'refund', reference_status: 'pending', reference_type: 'acquirer_reference_number' },
        },
    metadata: given.metadata,
    payment_intent: idOf(object.payment_intent),
    payment_method: object.payment_method,
    ...(pending ? { pending_reason: 'processing' } : {}),
    reason: given.reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: pending ? 'pending' : 'succeeded',
    transfer_reversal: null,
  };
  const timed = pending || behaviour === 'fails';
  const row = world.store.insert(
    'refund',
    made,
    account,
    timed ? { due_at_ms: world.nowMs() + SETTLES_AFTER_MS } : {},
  );
  const balance_transaction = book(world, {
    account,
    amount: -amount,
    currency: object.currency,
    type: debit ? 'payment_refund' : 'refund',
    reporting_category: 'refund',
    source: made.id,
    description: 'REFUND FOR CHARGE',
  });
  world.store.change(row, { balance_transaction });
  world.emit('refund.created', row);
  const amount_refunded = object.amount_refunded + amount;
  world.change(charge, 'charge.refunded', { amount_refunded, refunded: amount_refunded >= object.amount });
  return row;
}

/** What the bank answers to a refund under way; one that had succeeded can still come back. One that failed stays so. */
export function settleRefund(world: World, row: Row<'refund'>, failure_reason?: string): void {
  const { object, account } = row;
  if (object.status === 'failed') return;
  if (failure_reason === undefined) {
    const previous = world.store.change(row, { status: 'succeeded' }, { due_at_ms: undefined });
    const { pending_reason: _processing, ...settled } = row.object;
    row.object = settled;
    if (Object.keys(previous).length > 0) tell(world, row, 'refund.updated', previous);
    return;
  }
  const failure_balance_transaction = book(world, {
    account,
    amount: object.amount,
    currency: object.currency,
    type: 'refund_failure',
    reporting_category: 'refund_failure',
    source: object.id,
    description: 'REFUND FAILURE',
  });
  const previous = world.store.change(
    row,
    { status: 'failed', failure_reason, failure_balance_transaction },
    { due_at_ms: undefined },
  );
  const charge = world.store.get('charge', idOf(object.charge));
  if (charge) {
    const amount_refunded = charge.object.amount_refunded - object.amount;
    world.store.change(charge, { amount_refunded, refunded: false });
  }
  tell(world, row, 'refund.failed', previous);
}

function tell(world: World, row: Row<'refund'>, type: string, previous: Record<string, unknown>): void {
  if (type !== 'refund.updated') world.emit('refund.updated', row, previous);
  world.emit('charge.refund.updated', row, previous);
  world.emit(type, row, previous);
}

function checkRefundable(charge: Stripe.Charge, chargedBack: boolean, wanted: number | undefined): number {
  if (chargedBack) {
    throw invalid(`Charge ${charge.id} has been charged back; cannot issue a refund.`, {
      code: 'charge_disputed',
    });
  }
  if (charge.refunded) {
    throw invalid(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' });
  }
  const left = charge.amount - charge.amount_refunded;
  const amount = wanted ?? left;
  if (amount < 1) {
    throw invalid('Invalid positive integer', { code: 'parameter_invalid_integer', param: 'amount' });
  }
  if (amount > left) {
    throw invalid(
      `Refund amount (${inMajor(amount, charge.currency)}) is greater than unrefunded amount on charge (${inMajor(left, charge.currency)})`,
      { param: 'amount' },
    );
  }
  return amount;
}
