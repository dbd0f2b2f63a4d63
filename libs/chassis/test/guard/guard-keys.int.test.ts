import { until } from '@florin/testkit';
import { describe, expect, it } from 'vitest';
import { payment, reasonOf, useGuard } from './guard-under-test.js';

const guard = useGuard();

describe('a key', () => {
  it('makes one payment, however often the call is repeated', async () => {
    const input = payment();
    const first = await guard.toy.pay(input, guard.token);
    const again = await guard.toy.pay(input, guard.token);
    expect(first).toMatchObject({ status: 'succeeded', replayed: false });
    expect(again).toMatchObject({ payment_id: first.payment_id, replayed: true });
    expect(guard.store.payments.size).toBe(1);
  });

  it('is refused for something else, and nothing is written', async () => {
    const input = payment();
    const { payment_id } = await guard.toy.pay(input, guard.token);
    const other = guard.toy.pay({ ...input, amount: '11.00' }, guard.token);
    await expect(other).rejects.toMatchObject({
      reason: 'IDEMPOTENCY_KEY_REUSED',
      details: { object_id: payment_id },
    });
    expect(guard.store.payments.size).toBe(1);
  });

  it('says that the first call is still running, in the same process', async () => {
    let open = () => {};
    guard.store.gate = new Promise((resolve) => {
      open = resolve;
    });
    const input = payment();
    const reasons: (string | undefined)[] = [];
    for (let call = 0; call < 50; call++) {
      void reasonOf(guard.toy.pay(input, guard.token)).then((reason) => reasons.push(reason));
    }
    // Whichever of them was first.
    await until(() => expect(reasons).toHaveLength(49));
    expect(new Set(reasons)).toEqual(new Set(['IN_PROGRESS']));
    open();
    await until(() => expect(reasons).toHaveLength(50));
    expect(reasons.at(-1)).toBe('none');
    expect(guard.store.payments.size).toBe(1);
  });

  // proves: key-makes-one
  it('makes one payment and one reservation, of those who race in two processes', async () => {
    const other = guard.start();
    const input = payment();
    const results = await Promise.all([
      guard.toy.pay(input, guard.limitedToken),
      other.pay(input, guard.limitedToken),
    ]);
    expect(results.map(({ replayed }) => replayed).sort()).toEqual([false, true]);
    expect(guard.store.payments.size).toBe(1);
    expect(guard.lastReservation()).toMatchObject({ amount: '10.00' });
  });

  it('that two processes use for two things at once makes one, and gives back what the other reserved', async () => {
    const other = guard.start();
    let open = () => {};
    guard.store.gate = new Promise((resolve) => {
      open = resolve;
    });
    const before = new Set(guard.issuer.limits.reservations.keys());
    const input = payment();
    const reasons = Promise.all([
      reasonOf(guard.toy.pay(input, guard.limitedToken)),
      reasonOf(other.pay({ ...input, amount: '11.00' }, guard.limitedToken)),
    ]);
    await until(() => expect(guard.issuer.limits.reservations.size).toBe(before.size + 2));
    open();
    expect((await reasons).sort()).toEqual(['IDEMPOTENCY_KEY_REUSED', 'none']);
    expect(guard.store.payments.size).toBe(1);
    const [made] = [...guard.store.payments.values()];
    await until(() => {
      const states = [...guard.issuer.limits.reservations].filter(([id]) => !before.has(id));
      for (const [, { amount, state }] of states) {
        expect(state).toBe(amount === made?.amount ? 'committed' : 'released');
      }
    });
  });

  it('that two processes try at once, for what is declined, leaves nothing of the limits taken', async () => {
    guard.screening.verdict = 'DECLINE';
    const other = guard.start();
    let open = () => {};
    guard.store.gate = new Promise((resolve) => {
      open = resolve;
    });
    const input = payment();
    const results = Promise.all([
      guard.toy.pay(input, guard.limitedToken),
      other.pay(input, guard.limitedToken),
    ]);
    await until(() => expect(guard.lastReservation()).toMatchObject({ attempts: 2 }));
    open();
    expect((await results).map(({ replayed }) => replayed).sort()).toEqual([false, true]);
    await guard.stop();
    expect(guard.lastReservation()).toMatchObject({ state: 'released' });
  });

  it('can be used again after a refusal, which keeps nothing', async () => {
    const input = payment({ to: 'nobody' });
    expect(await reasonOf(guard.toy.pay(input, guard.token))).toBe('NOT_FOUND');
    await expect(guard.toy.pay({ ...input, to: 'ben' }, guard.token)).resolves.toMatchObject({
      replayed: false,
    });
  });

  it('that is missing is asked for in words that say how to make one', async () => {
    const { idempotency_key: _, ...input } = payment();
    await expect(guard.toy.pay(input, guard.token)).rejects.toThrow(
      'idempotency_key is missing: make one up, such as a UUID, and send the same one again whenever you repeat this call.',
    );
    await expect(guard.toy.pay({ ...input, idempotency_key: '' }, guard.token)).rejects.toThrow(
      'such as a UUID',
    );
    await expect(guard.toy.pay({ ...input, key: 'k-1' }, guard.token)).rejects.toThrow(
      'idempotency_key is missing',
    );
  });
});
