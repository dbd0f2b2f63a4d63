import { Fault } from '@florin/faults';
import Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { readStripeWebhook } from '../../src/providers/stripe-webhook.js';

const stripe = new Stripe('sk_test_1');
const secret = 'whsec_test';
const secrets = [secret, 'whsec_connect'];
const now = () => new Date('2026-11-02T09:00:00Z');
const now_s = now().getTime() / 1_000;

const event = (type: string, object: Record<string, unknown>) =>
  JSON.stringify({ id: 'evt_1', object: 'event', type, data: { object } });

function sign(payload: string, timestamp = now_s, with_secret = secret): string {
  return stripe.webhooks.generateTestHeaderString({ payload, secret: with_secret, timestamp });
}

function read(payload: string, signature: string | undefined = sign(payload), livemode = false) {
  return readStripeWebhook({ stripe, secrets, livemode, now }, Buffer.from(payload), signature);
}

const succeeded = event('payment_intent.succeeded', {
  object: 'payment_intent',
  id: 'pi_1',
  metadata: { payment_id: 'pay_1' },
});

describe('a webhook of Stripe', () => {
  it('says which object it is about, and nothing that has to be believed', () => {
    expect(read(succeeded)).toEqual({
      event_id: 'evt_1',
      type: 'payment_intent.succeeded',
      payment_id: 'pay_1',
      charge_id: 'pi_1',
    });
    expect(
      read(event('charge.dispute.closed', { object: 'dispute', id: 'du_1', payment_intent: 'pi_1' })),
    ).toEqual({ event_id: 'evt_1', type: 'charge.dispute.closed', charge_id: 'pi_1' });
    expect(
      read(
        event('refund.failed', {
          object: 'refund',
          id: 're_1',
          payment_intent: 'pi_1',
          metadata: { refund_id: 'ref_1', payment_id: 'pay_1' },
        }),
      ),
    ).toMatchObject({
      payment_id: 'pay_1',
      refund_id: 'ref_1',
      provider_refund_id: 're_1',
      charge_id: 'pi_1',
    });
    expect(
      read(event('checkout.session.completed', { object: 'checkout.session', id: 'cs_1', mode: 'setup' })),
    ).toMatchObject({ setup_id: 'cs_1' });
  });

  it('is refused unsigned, signed by another, or changed afterwards', () => {
    const refused = expect.objectContaining({ reason: 'UNAUTHENTICATED' });
    const reasonOf = (attempt: () => unknown) => {
      try {
        attempt();
      } catch (error) {
        return error;
      }
      return undefined;
    };
    expect(
      reasonOf(() =>
        readStripeWebhook({ stripe, secrets, livemode: false, now }, Buffer.from(succeeded), undefined),
      ),
    ).toEqual(refused);
    expect(reasonOf(() => read(succeeded, ''))).toEqual(refused);
    expect(reasonOf(() => read(succeeded, 't=,v1=00'))).toEqual(refused);
    expect(reasonOf(() => read(succeeded, sign(succeeded, now_s, 'whsec_other')))).toEqual(refused);
    expect(reasonOf(() => read(succeeded.replace('pay_1', 'pay_2'), sign(succeeded)))).toEqual(refused);
    expect(reasonOf(() => read('', sign('')))).toEqual(refused);
  });

  it('is of our own account or of a connected one, each signed with its own secret', () => {
    for (const with_secret of secrets) {
      expect(read(succeeded, sign(succeeded, now_s, with_secret))).toMatchObject({ payment_id: 'pay_1' });
    }
  });

  it('of the other world is about nothing: a live endpoint is sent the test events of connected accounts too', () => {
    const of = (livemode: boolean) => JSON.stringify({ ...JSON.parse(succeeded), livemode });
    const nothing = { event_id: 'evt_1', type: 'payment_intent.succeeded' };
    expect(read(of(false), sign(of(false)), true)).toEqual(nothing);
    expect(read(of(true), sign(of(true)), false)).toEqual(nothing);
    expect(read(of(true), sign(of(true)), true)).toMatchObject({ ...nothing, payment_id: 'pay_1' });
  });

  it('is good for five minutes, into the past and into the future', () => {
    for (const age_s of [300, 0, -300]) {
      expect(read(succeeded, sign(succeeded, now_s - age_s))).toMatchObject({ event_id: 'evt_1' });
    }
    const ahead = sign(succeeded, now_s + 3_600);
    expect(() => read(succeeded, `t=${now_s},${ahead}`)).toThrow(Fault);
    for (const age_s of [302, 3_600, -302, -3_600]) {
      expect(() => read(succeeded, sign(succeeded, now_s - age_s))).toThrow(Fault);
    }
  });

  it('takes no id from where a longer text than any id stands, and no event without an object', () => {
    const long = event('payment_intent.succeeded', {
      object: 'payment_intent',
      id: 'pi_1',
      metadata: { payment_id: 'x'.repeat(256), refund_id: 7 },
    });
    expect(read(long)).toEqual({ event_id: 'evt_1', type: 'payment_intent.succeeded', charge_id: 'pi_1' });
    expect(() => read(JSON.stringify({ id: 'evt_1', object: 'event', type: 'x' }))).toThrow(
      /not one of the provider/,
    );
  });
});
