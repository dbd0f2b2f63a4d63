import { idOf } from '../ids.js';
import { newCharge } from '../present/charge.js';
import type { Row } from '../store.js';
import { type Decline, type TestCard, type TestMethod, testMethod } from '../test-methods.js';
import type { World } from '../world.js';
import { bookCharge } from './book.js';
import { openDispute } from './dispute.js';

const CAPTURE_WITHIN_S = 7 * 86_400;

export interface Attempt {
  intent: Row<'payment_intent'>;
  method: Row<'payment_method'>;
  test: TestMethod;
  authenticated: boolean;
}

/** How the test token that a method came from behaves. */
export function behaviourOf(method: Row<'payment_method'>): TestMethod {
  const test = testMethod(method.hidden.token ?? '');
  if (!test) throw new Error(`${method.id} came from no test token`);
  return test;
}

/** Asks the issuer: charges the card, or holds the amount. The decline is the answer's to tell. */
export function chargeCard(world: World, attempt: Attempt, test: TestCard): Decline | undefined {
  const { intent, method, authenticated } = attempt;
  const manual = intent.object.capture_method === 'manual';
  const { decline } = test;
  const created = world.now();
  const charge = world.store.insert(
    'charge',
    newCharge({
      intent: intent.object,
      method: method.object,
      test,
      created,
      authenticated,
      mandate: null,
      outcome: decline ? { status: 'failed', decline } : { status: 'succeeded' },
      captured: !manual,
      ...(manual && !decline ? { capture_before: created + CAPTURE_WITHIN_S } : {}),
    }),
    intent.account,
  );
  if (decline) {
    world.emit('charge.failed', charge);
    world.store.change(intent, { latest_charge: charge.id });
    return decline;
  }
  if (!manual) {
    const balance_transaction = bookCharge(world, charge, charge.object.amount, test.available ?? false);
    world.store.change(charge, { balance_transaction });
  }
  world.emit('charge.succeeded', charge);
  keepMethod(world, attempt);
  const done = {
    latest_charge: charge.id,
    payment_method: method.id,
    next_action: null,
    last_payment_error: null,
  };
  const { amount } = intent.object;
  if (manual) {
    const held = { ...done, status: 'requires_capture' as const, amount_capturable: amount };
    const due_at_ms = world.nowMs() + CAPTURE_WITHIN_S * 1_000;
    world.change(intent, 'payment_intent.amount_capturable_updated', held, { due_at_ms });
  } else {
    world.change(intent, 'payment_intent.succeeded', {
      ...done,
      status: 'succeeded',
      amount_received: amount,
    });
    if (test.dispute) openDispute(world, charge, { reason: test.dispute });
  }
  return undefined;
}

/** Sends a debit to the bank; it is settled later. */
export function debitBank(world: World, attempt: Attempt, mandate: string): void {
  const { intent, method, test } = attempt;
  const charge = world.store.insert(
    'charge',
    newCharge({
      intent: intent.object,
      method: method.object,
      test,
      created: world.now(),
      authenticated: false,
      mandate,
      outcome: { status: 'pending' },
      captured: true,
    }),
    intent.account,
  );
  world.emit('charge.pending', charge);
  keepMethod(world, attempt);
  const never = test.type === 'us_bank_account' && test.debit === 'never';
  const due_at_ms = never ? undefined : world.nowMs() + world.options.ach_settles_after_ms;
  world.change(
    intent,
    'payment_intent.processing',
    {
      status: 'processing',
      latest_charge: charge.id,
      payment_method: method.id,
      next_action: null,
      last_payment_error: null,
    },
    { due_at_ms },
  );
}

/** "To use a PaymentMethod multiple times, you must attach it to a Customer first." */
function keepMethod(world: World, { intent, method }: Attempt): void {
  const customer = idOf(intent.object.customer);
  const { setup_future_usage } = intent.object;
  if (customer !== null && setup_future_usage !== null) {
    if (idOf(method.object.customer) === null) {
      world.change(method, 'payment_method.attached', { customer });
    }
    world.store.change(method, {}, { set_up: true });
  } else if (idOf(method.object.customer) === null) {
    world.store.change(method, {}, { spent: true });
  }
}
