import type Stripe from 'stripe';
import { idOf, newStripeId } from '../ids.js';
import { NO_EVIDENCE } from '../present/evidence.js';
import type { Row } from '../store.js';
import type { World } from '../world.js';
import { book } from './book.js';

const DISPUTE_FEE = 1_500;
const ANSWER_WITHIN_S = 7 * 86_400;

export interface DisputeInput {
  /** Of Stripe's reasons; `inquiry` is a question before the money is taken. */
  reason: string;
  /** All that was not refunded where absent. */
  amount?: number | undefined;
  /** A bank's return of a debit cannot be contested. */
  final?: boolean;
}

/** Takes the money back, as the cardholder's bank does: https://docs.stripe.com/disputes */
export function openDispute(world: World, charge: Row<'charge'>, input: DisputeInput): Row<'dispute'> {
  const { object, account } = charge;
  const inquiry = input.reason === 'inquiry';
  const amount = input.amount ?? object.amount_captured - refundedOf(object);
  const id = newStripeId('du');
  const dispute: Stripe.Dispute = {
    id,
    object: 'dispute',
    amount,
    balance_transactions: [],
    charge: object.id,
    created: world.now(),
    currency: object.currency,
    enhanced_eligibility_types: [],
    evidence: NO_EVIDENCE,
    evidence_details: {
      due_by: input.final ? null : world.now() + ANSWER_WITHIN_S,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: inquiry,
    livemode: false,
    metadata: {},
    payment_intent: idOf(object.payment_intent),
    ...methodOf(object, inquiry),
    reason: inquiry ? 'general' : input.reason,
    status: inquiry ? 'warning_needs_response' : input.final ? 'lost' : 'needs_response',
  };
  const row = world.store.insert('dispute', dispute, account);
  world.store.change(charge, { disputed: true });
  if (!inquiry) withdraw(world, row, -amount, DISPUTE_FEE);
  world.emit('charge.dispute.created', row);
  if (!inquiry) world.emit('charge.dispute.funds_withdrawn', row);
  if (input.final) world.emit('charge.dispute.closed', row);
  return row;
}

/** A lost dispute keeps the money; a won one brings it back, and leaves the fee. */
export function closeDispute(world: World, dispute: Row<'dispute'>, won: boolean): void {
  if (dispute.object.status.startsWith('warning')) {
    world.change(dispute, 'charge.dispute.closed', { status: 'warning_closed' });
    return;
  }
  world.change(dispute, 'charge.dispute.closed', { status: won ? 'won' : 'lost' });
  if (!won) return;
  withdraw(world, dispute, dispute.object.amount, 0);
  world.emit('charge.dispute.funds_reinstated', dispute);
}

/** Whether it can still go either way. */
export function isOpen({ object: { status } }: Row<'dispute'>): boolean {
  return ['needs_response', 'under_review', 'warning_needs_response', 'warning_under_review'].includes(
    status,
  );
}

function withdraw(world: World, dispute: Row<'dispute'>, amount: number, fee: number): void {
  const { object, account } = dispute;
  const id = book(world, {
    account,
    amount,
    fee,
    currency: object.currency,
    type: 'adjustment',
    reporting_category: amount < 0 ? 'dispute' : 'dispute_reversal',
    source: object.id,
    description: `Chargeback ${amount < 0 ? 'withdrawal' : 'reversal'} for ${idOf(object.charge)}`,
  });
  const booked = world.store.get('balance_transaction', id)?.object;
  if (booked) {
    world.store.change(dispute, { balance_transactions: [...object.balance_transactions, booked] });
  }
}

/** What was given back; what was never captured is shown as refunded too, and is not. */
function refundedOf(charge: Stripe.Charge): number {
  return charge.amount_refunded - (charge.captured ? charge.amount - charge.amount_captured : 0);
}

function methodOf(charge: Stripe.Charge, inquiry: boolean): Pick<Stripe.Dispute, 'payment_method_details'> {
  const brand = charge.payment_method_details?.card?.brand;
  if (!brand) return {};
  const case_type = inquiry ? 'inquiry' : 'chargeback';
  const card = { brand, case_type, network: brand, network_reason_code: inquiry ? null : '10.4' };
  return { payment_method_details: { type: 'card', card } };
}
