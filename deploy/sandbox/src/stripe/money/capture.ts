import { invalid } from '../errors.js';
import { idOf } from '../ids.js';
import type { Row } from '../store.js';
import type { World } from '../world.js';
import { bookCharge } from './book.js';
import { behaviourOf } from './charge.js';
import { unexpectedState } from './confirm.js';
import { openDispute } from './dispute.js';

/** Takes what was held, or a part of it: the rest is given back and shown as refunded. */
export function capture(
  world: World,
  intent: Row<'payment_intent'>,
  amount_to_capture: number | undefined,
): void {
  const { object } = intent;
  const charge = world.store.get('charge', idOf(object.latest_charge));
  if (object.status !== 'requires_capture' || !charge) throw unexpectedState('capture', object);
  const amount = amount_to_capture ?? object.amount_capturable;
  if (amount < 1)
    throw invalid('This value must be greater than or equal to 1.', { param: 'amount_to_capture' });
  if (amount > object.amount_capturable) {
    throw invalid(
      `The requested capture amount (${amount}) is greater than the amount you can capture for this PaymentIntent (${object.amount_capturable}).`,
      { code: 'amount_too_large', param: 'amount_to_capture', payment_intent: object },
    );
  }
  const method = world.store.get('payment_method', idOf(object.payment_method));
  const test = method && behaviourOf(method);
  const card = test?.type === 'card' ? test : undefined;
  const balance_transaction = bookCharge(world, charge, amount, card?.available ?? false);
  world.change(charge, 'charge.captured', {
    captured: true,
    amount_captured: amount,
    amount_refunded: object.amount - amount,
    balance_transaction,
  });
  world.change(
    intent,
    'payment_intent.succeeded',
    { status: 'succeeded', amount_capturable: 0, amount_received: amount },
    { due_at_ms: undefined },
  );
  if (card?.dispute) openDispute(world, charge, { reason: card.dispute });
}

const CANCELABLE = [
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
  'requires_capture',
];

/** Ends a payment that has not been made, and gives back what was held for it. */
export function cancel(world: World, intent: Row<'payment_intent'>, reason: string | null): void {
  const { object } = intent;
  // A debit that has been sent to the bank cannot be called back.
  if (!CANCELABLE.includes(object.status)) throw unexpectedState('cancel', object);
  const charge = world.store.get('charge', idOf(object.latest_charge));
  if (charge && object.status === 'requires_capture') {
    const type = reason === 'automatic' ? 'charge.expired' : 'charge.refunded';
    world.change(charge, type, { refunded: true, amount_refunded: object.amount });
  }
  world.change(
    intent,
    'payment_intent.canceled',
    {
      status: 'canceled',
      amount_capturable: 0,
      canceled_at: world.now(),
      cancellation_reason: reason,
      next_action: null,
    },
    { due_at_ms: undefined },
  );
}
