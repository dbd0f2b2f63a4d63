import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  becomeUnknown,
  type Decision,
  decide,
  type PaymentState,
  type Report,
} from '../../../src/domain/payment/decide.js';
import { decideCancel, decideHeld } from '../../../src/domain/payment/held.js';
import { isPaid, isUnderway, type Status, transitions } from '../../../src/domain/payment/status.js';

const now = new Date('2026-11-02T09:00:00Z');
const statuses = Object.keys(transitions) as Status[];

const charge: PaymentState = {
  kind: 'charge',
  status: 'processing',
  status_reason: null,
  amount_minor: 10_000n,
  fee_minor: 290n,
  returned_minor: 0n,
  disputed: false,
  provider_id: null,
  provider_fee_minor: null,
  action_url: null,
  due_at: now,
  due_attempts: 0,
  created_at: now,
};

const report: Report = { provider_id: 'pi_1', status: 'succeeded', returned_minor: 0n, disputed: false };

const anyReport = fc
  .record({
    status: fc.constantFrom('requires_action', 'processing', 'succeeded', 'failed', 'canceled'),
    returned_minor: fc.constantFrom(0n, 4_000n, 10_000n),
    disputed: fc.boolean(),
    fee_minor: fc.option(fc.constantFrom(0n, 320n), { nil: undefined }),
  })
  .map(({ fee_minor, ...rest }) => ({
    ...rest,
    provider_id: 'pi_1',
    ...(fee_minor !== undefined && { fee_minor }),
  })) as fc.Arbitrary<Report>;

/** The payment after a decision, and what the ledger was told until then. */
function follow(payment: PaymentState, decision: Decision | undefined): PaymentState {
  return decision === undefined ? payment : { ...payment, ...decision.changes };
}

describe('what the provider reports', () => {
  // proves: payment-states
  it('only ever moves a payment along the table, in whatever order and however often it is told', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<PaymentState['kind']>('charge', 'funding', 'withdrawal'),
        fc.array(fc.oneof(anyReport, fc.constant('timeout' as const)), { maxLength: 12 }),
        (kind, told) => {
          let payment: PaymentState = { ...charge, kind };
          let resolved = 0;
          for (const one of told) {
            const decision = one === 'timeout' ? becomeUnknown(payment, now) : decide(payment, one, now);
            const next = follow(payment, decision);
            if (next.status !== payment.status) {
              expect(transitions[payment.status]).toContain(next.status);
            }
            resolved +=
              decision?.steps.filter(({ step }) => step === 'settle' || step === 'release').length ?? 0;
            payment = next;
          }
          // What was reserved is settled or released once at most, and exactly once where the payment has ended.
          expect(resolved).toBe(isUnderway(payment.status) ? 0 : 1);
        },
      ),
    );
  });

  it('that is told again changes nothing', () => {
    fc.assert(
      fc.property(fc.array(anyReport, { maxLength: 6 }), anyReport, (before, last) => {
        const settled = [...before, last, last].reduce(
          (state, one) => follow(state, decide(state, one, now)),
          charge,
        );
        if (isUnderway(settled.status)) return;
        expect(decide(settled, last, now)).toBeUndefined();
      }),
    );
  });

  it('leaves the payee owing exactly what the provider last said it had taken back', () => {
    fc.assert(
      fc.property(fc.array(anyReport, { minLength: 1, maxLength: 10 }), (told) => {
        let payment = charge;
        let owed_minor = 0n;
        for (const one of told) {
          const decision = decide(payment, one, now);
          for (const step of decision?.steps ?? []) {
            if (step.step === 'owe') owed_minor += step.amount_minor;
            if (step.step === 'forgive') owed_minor -= step.amount_minor;
          }
          payment = follow(payment, decision);
          if (isPaid(payment.status)) expect(owed_minor).toBe(one.returned_minor);
        }
        expect(owed_minor).toBe(isPaid(payment.status) ? payment.returned_minor : 0n);
      }),
    );
  });

  it('books its own fee once', () => {
    const first = decide(charge, { ...report, fee_minor: 320n }, now);
    expect(first?.steps).toEqual([{ step: 'settle' }, { step: 'provider_fee', amount_minor: 320n }]);
    expect(decide(follow(charge, first), { ...report, fee_minor: 320n }, now)).toBeUndefined();
  });

  it('freezes the wallet for a dispute that is lost, not for one that is open', () => {
    const paid = follow(charge, decide(charge, { ...report, fee_minor: 0n }, now));
    const open = decide(paid, { ...report, returned_minor: 10_000n, disputed: true }, now);
    expect(open).toMatchObject({ steps: [{ step: 'owe', amount_minor: 10_000n }] });
    expect(open?.freeze).toBeUndefined();
    const lost = decide(follow(paid, open), { ...report, returned_minor: 10_000n }, now);
    expect(lost).toMatchObject({ steps: [], freeze: true, event: { name: 'failed', reason: 'returned' } });
    const won = decide(follow(paid, open), report, now);
    expect(won?.steps).toEqual([{ step: 'forgive', amount_minor: 10_000n }]);
  });

  it('gives a failure of its own words a name of ours', () => {
    const failed = decide(charge, { ...report, status: 'failed', failure: 'Card 42… was declined' }, now);
    expect(failed?.changes.status_reason).toBe('provider_declined');
  });
});

describe('a held payment', () => {
  const held: PaymentState = { ...charge, status: 'held' };

  it('goes on once fraud approves, ends once it declines, and else waits on', () => {
    expect(decideHeld(held, 'approve', now)?.changes).toMatchObject({ status: 'authorized', due_at: now });
    expect(decideHeld({ ...held, kind: 'transfer' }, 'approve', now)).toMatchObject({
      changes: { status: 'succeeded' },
      steps: [{ step: 'settle' }],
    });
    expect(decideHeld(held, 'decline', now)).toMatchObject({
      changes: { status: 'declined' },
      steps: [{ step: 'release' }],
    });
    expect(decideHeld(held, 'hold', now)).toBeUndefined();
  });

  it('is decided once: what fraud says of one that has ended changes nothing', () => {
    for (const status of statuses.filter((one) => one !== 'held')) {
      expect(decideHeld({ ...held, status }, 'approve', now)).toBeUndefined();
      expect(decideHeld({ ...held, status }, 'decline', now)).toBeUndefined();
    }
  });
});

describe('a wish to cancel', () => {
  it('ends what was not sent, asks the provider about what was, and never undoes what is paid', () => {
    const answers = Object.fromEntries(
      statuses.map((status) => [status, decideCancel({ ...charge, status }, true).can]),
    );
    expect(answers).toEqual({
      created: 'now',
      screening: 'now',
      held: 'now',
      authorized: 'ask',
      processing: 'ask',
      unknown: 'ask',
      canceled: 'done',
      declined: 'no',
      succeeded: 'no',
      failed: 'no',
      partially_refunded: 'no',
      refunded: 'no',
    });
    expect(decideCancel({ ...charge, status: 'authorized' }, false).can).toBe('now');
  });
});
