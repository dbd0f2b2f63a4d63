import { invalid } from '../stripe/errors.js';
import { idOf } from '../stripe/ids.js';
import { closeDispute, isOpen, openDispute } from '../stripe/money/dispute.js';
import { moveOnboarding } from '../stripe/money/onboarding.js';
import { settlePayout } from '../stripe/money/payout.js';
import { settleRefund } from '../stripe/money/refund.js';
import { returnDebit, settleDebit, settleDue } from '../stripe/money/settle.js';
import type { StripeRequest } from '../stripe/requests.js';
import type { StripeStandIn } from '../stripe/stand-in.js';
import type { Kind, Row } from '../stripe/store.js';
import type { BankFailure } from '../stripe/test-methods.js';
import type { StripeDelivery } from '../stripe/webhooks.js';

/** One try at somebody's money. */
export interface ChargeSummary {
  id: string;
  payment_intent: string | null;
  amount: number;
  amount_captured: number;
  amount_refunded: number;
  currency: string;
  status: string;
  metadata: Record<string, string>;
}

/**
 * What banks, cardholders and time do to payments, with the events that Stripe would send.
 * Throws a StripeRefusal for what is unknown or not in a state for it.
 */
export class StripeControl {
  readonly #stand_in: StripeStandIn;

  constructor(stand_in: StripeStandIn) {
    this.#stand_in = stand_in;
  }

  /** A bank pays a debit that is processing. Doing it again changes nothing. */
  settleDebit(payment_intent: string): void {
    this.#do(() => settleDebit(this.#world, this.#row('payment_intent', payment_intent)));
  }

  /** A bank does not pay a debit that is processing. */
  failDebit(payment_intent: string, code: BankFailure = 'insufficient_funds'): void {
    this.#do(() => settleDebit(this.#world, this.#row('payment_intent', payment_intent), code));
  }

  /** A bank takes back a debit that it had paid: a lost dispute, whose id is answered. */
  returnDebit(payment_intent: string, reason = 'insufficient_funds'): string {
    return this.#do(() => returnDebit(this.#world, this.#chargeOf(payment_intent), reason).id);
  }

  /** The cardholder disputes a payment. Answers the dispute's id. */
  dispute(payment_intent: string, input: { reason?: string; amount?: number } = {}): string {
    const { reason = 'fraudulent', amount } = input;
    return this.#do(() => openDispute(this.#world, this.#chargeOf(payment_intent), { reason, amount }).id);
  }

  /** The cardholder's bank decides a dispute. */
  closeDispute(dispute: string, outcome: 'won' | 'lost'): void {
    const row = this.#row('dispute', dispute);
    if (!isOpen(row)) throw invalid(`Dispute ${dispute} is closed: ${row.object.status}.`);
    this.#do(() => closeDispute(this.#world, row, outcome === 'won'));
  }

  /** A refund arrives. */
  settleRefund(refund: string): void {
    this.#do(() => settleRefund(this.#world, this.#row('refund', refund)));
  }

  /** A refund comes back, though it may have been told as succeeded. */
  failRefund(refund: string, failure_reason = 'lost_or_stolen_card'): void {
    this.#do(() => settleRefund(this.#world, this.#row('refund', refund), failure_reason));
  }

  /** A bank takes a payout. Doing it again changes nothing. */
  payPayout(payout: string): void {
    this.#do(() => settlePayout(this.#world, this.#row('payout', payout), 'paid'));
  }

  /** A bank sends a payout back, even one that was told as paid. */
  failPayout(payout: string, code: BankFailure = 'account_closed'): void {
    this.#do(() => settlePayout(this.#world, this.#row('payout', payout), code));
  }

  /** Stripe makes up its mind about a connected account, or wants to know more of its person. */
  decideAccount(account: string, outcome: 'enabled' | 'due' | 'rejected'): void {
    this.#do(() => moveOnboarding(this.#world, this.#row('account', account), outcome));
  }

  /** Moves Stripe's clock ahead, and lets happen what is due by then. Webhooks keep everybody else's time. */
  advance(by_ms: number): void {
    this.#do(() => {
      this.#world.advance(by_ms);
      settleDue(this.#world);
      this.#world.keys.prune(this.#world.nowMs());
    });
  }

  /** Every try at a payment whose metadata are these, newest first: to prove that nobody paid twice. */
  charges(metadata: Record<string, string> = {}): ChargeSummary[] {
    return this.#world.store
      .newest('charge')
      .map(({ object }) => ({
        id: object.id,
        payment_intent: idOf(object.payment_intent),
        amount: object.amount,
        amount_captured: object.amount_captured,
        amount_refunded: object.amount_refunded,
        currency: object.currency,
        status: object.status,
        metadata: object.metadata,
      }))
      .filter((charge) => Object.entries(metadata).every(([key, value]) => charge.metadata[key] === value));
  }

  /** How often money was taken, by the value of a metadata key: charges that succeeded, hold or are on their way. */
  timesCharged(metadata_key: string): Record<string, number> {
    const times: Record<string, number> = {};
    for (const { status, metadata } of this.charges()) {
      const value = metadata[metadata_key];
      if (value !== undefined && status !== 'failed') times[value] = (times[value] ?? 0) + 1;
    }
    return times;
  }

  /** The latest requests, oldest first. */
  requests(): readonly StripeRequest[] {
    return this.#stand_in.requests.recent();
  }

  /** The latest deliveries of events, oldest first. */
  deliveries(): readonly StripeDelivery[] {
    return this.#stand_in.sender.recent();
  }

  /** What happened, oldest first, whoever was told. */
  events(): { id: string; type: string; object_id: string | null; account: string | null }[] {
    return this.#world.store
      .newest('event')
      .reverse()
      .map(({ object: { id, type, data, account = null } }) => ({
        id,
        type,
        object_id: idOf(data.object as { id: string }),
        account,
      }));
  }

  /** From now on events are held instead of delivered. */
  holdWebhooks(): void {
    this.#stand_in.sender.hold();
  }

  heldWebhooks(): { event_id: string; type: string }[] {
    return this.#stand_in.sender.held();
  }

  /** Ends holding and delivers what was held, one after the other: in the order of `event_ids`, or as it came. */
  releaseWebhooks(event_ids?: readonly string[]): Promise<StripeDelivery[]> {
    return this.#stand_in.sender.release(event_ids);
  }

  /** Forgets what is held, and goes on holding. Answers how much that was. */
  discardWebhooks(): number {
    return this.#stand_in.sender.discard();
  }

  /** Delivers events once more, one after the other, in this order: held or not, as often as they are named. */
  async resend(event_ids: readonly string[]): Promise<StripeDelivery[]> {
    const deliveries: StripeDelivery[] = [];
    for (const id of event_ids) {
      const event = this.#row('event', id).object;
      for (const destination of this.#world.listening(event)) {
        deliveries.push(await this.#stand_in.sender.resend(destination, event));
      }
    }
    return deliveries;
  }

  get #world() {
    return this.#stand_in.world;
  }

  #row<K extends Kind>(kind: K, id: string): Row<K> {
    const row = this.#world.store.get(kind, id);
    if (!row) throw invalid(`No such ${kind}: '${id}'`, { code: 'resource_missing', status: 404 });
    return row;
  }

  #chargeOf(payment_intent: string): Row<'charge'> {
    const intent = this.#row('payment_intent', payment_intent);
    const charge = this.#row('charge', idOf(intent.object.latest_charge) ?? 'none');
    if (charge.object.status !== 'succeeded') throw invalid(`Charge ${charge.id} has not succeeded.`);
    return charge;
  }

  #do<Result>(work: () => Result): Result {
    const result = work();
    this.#world.save();
    return result;
  }
}
