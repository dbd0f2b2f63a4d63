import { fault } from '@florin/faults';
import { describe, expect, it } from 'vitest';
import { agent_id, payment, reasonOf, useGuard, user } from './guard-under-test.js';

const guard = useGuard();

function lastAsked() {
  const asked = guard.issuer.approvals.asked.at(-1);
  if (asked === undefined) throw new Error('nothing was asked');
  return asked;
}

describe('the limits of an agent', () => {
  it('are not asked where none apply', async () => {
    const before = guard.issuer.limits.reservations.size;
    await guard.toy.pay(payment(), guard.token);
    expect(guard.issuer.limits.reservations.size).toBe(before);
  });

  it('hold what was paid', async () => {
    await guard.toy.pay(payment(), guard.limitedToken);
    await guard.stop();
    expect(guard.lastReservation()).toMatchObject({
      agent_id,
      user_id: user,
      amount: '10.00',
      state: 'committed',
    });
  });

  it('get back what was refused, and keep what may have been paid', async () => {
    guard.store.failure = fault('INSUFFICIENT_FUNDS', 'There is not enough.');
    expect(await reasonOf(guard.toy.pay(payment(), guard.limitedToken))).toBe('INSUFFICIENT_FUNDS');
    expect(guard.lastReservation()).toMatchObject({ state: 'released' });
    guard.store.failure = fault('UNAVAILABLE', 'The connection was lost at the commit.');
    expect(await reasonOf(guard.toy.pay(payment(), guard.limitedToken))).toBe('UNAVAILABLE');
    expect(guard.lastReservation()).toMatchObject({ state: 'reserved' });
  });

  it('let the person decide on what exceeds them', async () => {
    guard.issuer.limits.exceeded = 'At most 5.00 USD at a time.';
    const before = guard.issuer.limits.reservations.size;
    const input = payment();
    const asked = await guard.toy.pay(input, guard.limitedToken);
    expect(asked).toMatchObject({ status: 'approval_required' });
    expect(asked.next_step).toContain('At most 5.00 USD at a time. Show approval_url');
    expect(guard.issuer.limits.reservations.size).toBe(before);
    lastAsked().decision = 'granted';
    const { approval_id } = lastAsked();
    await guard.toy.pay({ ...input, approval_id }, guard.limitedToken);
    expect(guard.lastReservation()).toMatchObject({ approval_id, amount: '10.00' });
  });

  it('stop every payment while they cannot be asked', async () => {
    guard.issuer.limits.silent = true;
    expect(await reasonOf(guard.toy.pay(payment(), guard.limitedToken))).toBe('DEADLINE_EXCEEDED');
    expect(guard.store.payments.size).toBe(0);
  });
});

describe('screening', () => {
  it('sees what is about to move', async () => {
    const { payment_id } = await guard.toy.pay(payment({ to: 'eve' }), guard.limitedToken);
    expect(guard.screening.screened.at(-1)).toMatchObject({
      transaction_id: payment_id,
      user_id: user,
      client_id: 'assistant',
      agent_id,
      operation: 'pay_toy',
      amount: '10.00',
      currency: 'USD',
      destination_id: 'eve',
      known_payee: false,
    });
  });

  it.each([
    ['HOLD', 'held', 'committed'],
    ['DECLINE', 'declined', 'released'],
  ] as const)(
    'that says %s lets it be written as %s, and its reservation be %s',
    async (verdict, status, state) => {
      guard.screening.verdict = verdict;
      await expect(guard.toy.pay(payment(), guard.limitedToken)).resolves.toMatchObject({ status });
      await guard.stop();
      expect(guard.lastReservation()).toMatchObject({ state });
    },
  );

  it('that wants to hear it from the person asks them', async () => {
    guard.screening.verdict = 'CHALLENGE';
    const input = payment();
    await expect(guard.toy.pay(input, guard.token)).resolves.toMatchObject({ status: 'approval_required' });
    lastAsked().decision = 'granted';
    const { approval_id } = lastAsked();
    await expect(guard.toy.pay({ ...input, approval_id }, guard.token)).resolves.toMatchObject({
      status: 'succeeded',
    });
  });

  it('hears of one operation, however many attempts an approval takes', async () => {
    guard.screening.verdict = 'CHALLENGE';
    const input = payment();
    await guard.toy.pay(input, guard.token);
    lastAsked().decision = 'granted';
    const { approval_id } = lastAsked();
    const { payment_id } = await guard.toy.pay({ ...input, approval_id }, guard.token);
    await guard.toy.pay(payment(), guard.token);
    const [first, second, other] = guard.screening.screened.slice(-3);
    expect(first?.operation_id).toMatch(/^[0-9a-f]{64}$/);
    expect(second).toMatchObject({ operation_id: first?.operation_id, transaction_id: payment_id });
    expect(other?.operation_id).not.toBe(first?.operation_id);
  });

  // proves: unscreened-bounded
  it.each(['silent', 'away', 'not configured'])('that is %s lets small amounts pass only', async (how) => {
    guard.screening.silent = how === 'silent';
    const address = how === 'away' ? '127.0.0.1:1' : guard.screening.address;
    guard.toy = guard.start({ env: how === 'not configured' ? {} : { FRAUD_ADDRESS: address } });
    await expect(guard.toy.pay(payment(), guard.token)).resolves.toMatchObject({ screening: 'unscreened' });
    const [made] = [...guard.store.payments.values()];
    expect(made?.permit.unscreened).toEqual({ allowance_minor: 20_000n });
    expect(await reasonOf(guard.toy.pay(payment({ amount: '50.01' }), guard.limitedToken))).toBe(
      'SCREENING_UNAVAILABLE',
    );
    expect(await reasonOf(guard.toy.pay(payment({ currency: 'CHF' }), guard.token))).toBe(
      'SCREENING_UNAVAILABLE',
    );
    expect(guard.store.payments.size).toBe(1);
    expect(guard.lastReservation()).toMatchObject({ state: 'released' });
  });
});

describe('the approval', () => {
  it.each([
    ['above 250.00', { amount: '250.01' }, 'above 250.00 USD'],
    ['above 50.00 to somebody new', { to: 'eve', amount: '50.01' }, 'to a payee never paid before'],
    ['in a currency without limit', { currency: 'CHF' }, 'for which no limit is set'],
    ['whatever the operation always asks', { to: 'new-account' }, 'a new withdrawal account'],
  ])('is asked for what is %s, and nothing moves before', async (_name, fields, why) => {
    const result = await guard.toy.pay(payment(fields), guard.token);
    expect(result).toMatchObject({
      status: 'approval_required',
      approval: { approval_id: lastAsked().approval_id },
    });
    expect(result.next_step).toContain(why);
    expect(lastAsked().summary.at(-1)).toEqual({
      label: 'Why you are asked',
      text: expect.stringContaining(why),
    });
    expect(guard.store.payments.size).toBe(0);
  });

  it.each([
    ['at 250.00', { amount: '250.00' }],
    ['at 50.00 to somebody new', { to: 'eve', amount: '50.00' }],
  ])('is not asked for what is %s', async (_name, fields) => {
    await expect(guard.toy.pay(payment(fields), guard.token)).resolves.toMatchObject({ status: 'succeeded' });
  });

  it('waits until the person has decided, and then lets this one call go on', async () => {
    const input = payment({ amount: '300.00' });
    await guard.toy.pay(input, guard.token);
    const { approval_id } = lastAsked();
    await expect(guard.toy.pay({ ...input, approval_id }, guard.token)).resolves.toMatchObject({
      status: 'approval_required',
      approval: { approval_id },
    });
    lastAsked().decision = 'granted';
    const { payment_id } = await guard.toy.pay({ ...input, approval_id }, guard.token);
    expect(guard.store.payments.get(payment_id ?? '')?.permit).toMatchObject({ approval_id });
    const next = payment({ amount: '300.00', approval_id });
    expect(await reasonOf(guard.toy.pay(next, guard.token))).toBe('APPROVAL_USED');
  });

  it('is not asked for again by a call that was given it and failed afterwards', async () => {
    const input = payment({ amount: '300.00' });
    await guard.toy.pay(input, guard.token);
    lastAsked().decision = 'granted';
    const { approval_id } = lastAsked();
    guard.store.failure = fault('UNAVAILABLE', 'The database is away.');
    expect(await reasonOf(guard.toy.pay({ ...input, approval_id }, guard.token))).toBe('UNAVAILABLE');
    guard.store.failure = undefined;
    await expect(guard.toy.pay({ ...input, approval_id }, guard.token)).resolves.toMatchObject({
      status: 'succeeded',
    });
  });

  it('is worth nothing for other arguments', async () => {
    const input = payment({ amount: '300.00' });
    await guard.toy.pay(input, guard.token);
    lastAsked().decision = 'granted';
    const { approval_id } = lastAsked();
    const more = guard.toy.pay({ ...input, amount: '3000.00', approval_id }, guard.token);
    expect(await reasonOf(more)).toBe('APPROVAL_MISMATCH');
  });

  it('that was denied ends it', async () => {
    const input = payment({ amount: '300.00' });
    await guard.toy.pay(input, guard.limitedToken);
    lastAsked().decision = 'denied';
    const { approval_id } = lastAsked();
    expect(await reasonOf(guard.toy.pay({ ...input, approval_id }, guard.limitedToken))).toBe(
      'APPROVAL_DENIED',
    );
    expect(guard.lastReservation()).toMatchObject({ state: 'released' });
  });
});

describe('the guard', () => {
  // proves: silent-feed-stops-money
  it('moves nothing while it is not heard who was shut out', async () => {
    let silent_ms = 2_001;
    guard.toy = guard.start({ silentMs: () => silent_ms });
    expect(await reasonOf(guard.toy.pay(payment(), guard.token))).toBe('UNAVAILABLE');
    silent_ms = 1_999;
    await expect(guard.toy.pay(payment(), guard.token)).resolves.toMatchObject({ status: 'succeeded' });
  });

  it('heeds a cancellation before anything has happened', async () => {
    expect(await reasonOf(guard.toy.pay(payment(), guard.limitedToken, AbortSignal.abort()))).toBe(
      'CANCELLED',
    );
    expect(guard.store.payments.size).toBe(0);
    expect(guard.lastReservation()).toMatchObject({ state: 'released' });
  });

  it('counts what became of calls', async () => {
    const input = payment();
    await guard.toy.pay(input, guard.token);
    await guard.toy.pay(input, guard.token);
    await guard.toy.pay(payment({ amount: '300.00' }), guard.token);
    await reasonOf(guard.toy.pay(payment({ to: 'nobody' }), guard.token));
    const text = await guard.toy.metrics.registry.metrics();
    for (const outcome of ['approved', 'replayed', 'approval_required', 'refused']) {
      expect(text).toContain(
        `florin_money_guard_total{operation="pay_toy",outcome="${outcome}",service="toy"} 1`,
      );
    }
  });
});
