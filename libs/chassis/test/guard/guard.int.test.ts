import { fault } from '@florin/faults';
import { startTestScreening, type TestIssuer, type TestScreening, testIssuer, until } from '@florin/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { moneyToy, ToyStore } from '../money-toy.js';

const user = 'usr_01jd5c3k8qf6t9w2x4y7z0a1b2';
const agent_id = 'agt_01jd5c3k8qf6t9w2x4y7z0a1b2';

let issuer: TestIssuer;
let screening: TestScreening;
let token: string;
let limitedToken: string;
beforeAll(async () => {
  issuer = await testIssuer();
  screening = await startTestScreening();
  const claims = { sub: user, scopes: ['payments:write'], client_id: 'assistant' };
  token = await issuer.sign(claims);
  limitedToken = await issuer.sign({ ...claims, overrides: { agent_id, limits: true } });
});
afterAll(async () => {
  screening.close();
  await issuer.close();
});

type Toy = ReturnType<typeof moneyToy>;
let store: ToyStore;
let toy: Toy;
let toys: Toy[];
beforeEach(() => {
  store = new ToyStore();
  store.payees.add('ben');
  Object.assign(screening, { verdict: 'APPROVE', silent: false });
  Object.assign(issuer.limits, { exceeded: undefined, silent: false });
  toys = [];
  toy = start();
});
afterEach(() => Promise.all(toys.map((each) => each.close())));

function start(options?: Parameters<typeof moneyToy>[2]): Toy {
  const started = moneyToy(issuer, store, { env: { FRAUD_ADDRESS: screening.address }, ...options });
  toys.push(started);
  return started;
}

let keys = 0;
function payment(fields: object = {}) {
  keys += 1;
  return { to: 'ben', amount: '10.00', currency: 'USD', idempotency_key: `key-${keys}`, ...fields };
}

function lastAsked() {
  const asked = issuer.approvals.asked.at(-1);
  if (asked === undefined) throw new Error('nothing was asked');
  return asked;
}

/** Of the operation that was reserved for last. */
function lastReservation() {
  return [...issuer.limits.reservations.values()].at(-1);
}

const reasonOf = (call: Promise<unknown>) =>
  call.then(
    () => 'none',
    (error: { reason?: string }) => error.reason,
  );

describe('a key', () => {
  it('makes one payment, however often the call is repeated', async () => {
    const input = payment();
    const first = await toy.pay(input, token);
    const again = await toy.pay(input, token);
    expect(first).toMatchObject({ status: 'succeeded', replayed: false });
    expect(again).toMatchObject({ payment_id: first.payment_id, replayed: true });
    expect(store.payments.size).toBe(1);
  });

  it('is refused for something else, and nothing is written', async () => {
    const input = payment();
    const { payment_id } = await toy.pay(input, token);
    const other = toy.pay({ ...input, amount: '11.00' }, token);
    await expect(other).rejects.toMatchObject({
      reason: 'IDEMPOTENCY_KEY_REUSED',
      details: { object_id: payment_id },
    });
    expect(store.payments.size).toBe(1);
  });

  it('says that the first call is still running, in the same process', async () => {
    let open = () => {};
    store.gate = new Promise((resolve) => {
      open = resolve;
    });
    const input = payment();
    const calls = Array.from({ length: 50 }, () => toy.pay(input, token));
    const reasons = Promise.all(calls.slice(1).map(reasonOf));
    expect(new Set(await reasons)).toEqual(new Set(['IN_PROGRESS']));
    open();
    await expect(calls[0]).resolves.toMatchObject({ replayed: false });
    expect(store.payments.size).toBe(1);
  });

  // proves: key-makes-one
  it('makes one payment and one reservation, of those who race in two processes', async () => {
    const other = start();
    const input = payment();
    const results = await Promise.all([toy.pay(input, limitedToken), other.pay(input, limitedToken)]);
    expect(results.map(({ replayed }) => replayed).sort()).toEqual([false, true]);
    expect(store.payments.size).toBe(1);
    expect(lastReservation()).toMatchObject({ amount: '10.00' });
  });

  it('that two processes use for two things at once makes one, and gives back what the other reserved', async () => {
    const other = start();
    let open = () => {};
    store.gate = new Promise((resolve) => {
      open = resolve;
    });
    const before = new Set(issuer.limits.reservations.keys());
    const input = payment();
    const reasons = Promise.all([
      reasonOf(toy.pay(input, limitedToken)),
      reasonOf(other.pay({ ...input, amount: '11.00' }, limitedToken)),
    ]);
    await until(() => expect(issuer.limits.reservations.size).toBe(before.size + 2));
    open();
    expect((await reasons).sort()).toEqual(['IDEMPOTENCY_KEY_REUSED', 'none']);
    expect(store.payments.size).toBe(1);
    const [made] = [...store.payments.values()];
    await until(() => {
      const states = [...issuer.limits.reservations].filter(([id]) => !before.has(id));
      for (const [, { amount, state }] of states) {
        expect(state).toBe(amount === made?.amount ? 'committed' : 'released');
      }
    });
  });

  it('can be used again after a refusal, which keeps nothing', async () => {
    const input = payment({ to: 'nobody' });
    expect(await reasonOf(toy.pay(input, token))).toBe('NOT_FOUND');
    await expect(toy.pay({ ...input, to: 'ben' }, token)).resolves.toMatchObject({ replayed: false });
  });

  it('that is missing is asked for in words that say how to make one', async () => {
    const { idempotency_key: _, ...input } = payment();
    await expect(toy.pay(input, token)).rejects.toThrow(
      'idempotency_key is missing: make one up, such as a UUID, and send the same one again whenever you repeat this call.',
    );
    await expect(toy.pay({ ...input, idempotency_key: '' }, token)).rejects.toThrow('such as a UUID');
    await expect(toy.pay({ ...input, key: 'k-1' }, token)).rejects.toThrow('idempotency_key is missing');
  });
});

describe('the limits of an agent', () => {
  it('are not asked where none apply', async () => {
    const before = issuer.limits.reservations.size;
    await toy.pay(payment(), token);
    expect(issuer.limits.reservations.size).toBe(before);
  });

  it('hold what was paid', async () => {
    await toy.pay(payment(), limitedToken);
    await toy.close();
    expect(lastReservation()).toMatchObject({ agent_id, user_id: user, amount: '10.00', state: 'committed' });
    toys = [];
  });

  it('get back what was refused, and keep what may have been paid', async () => {
    store.failure = fault('INSUFFICIENT_FUNDS', 'There is not enough.');
    expect(await reasonOf(toy.pay(payment(), limitedToken))).toBe('INSUFFICIENT_FUNDS');
    expect(lastReservation()).toMatchObject({ state: 'released' });
    store.failure = fault('UNAVAILABLE', 'The connection was lost at the commit.');
    expect(await reasonOf(toy.pay(payment(), limitedToken))).toBe('UNAVAILABLE');
    expect(lastReservation()).toMatchObject({ state: 'reserved' });
  });

  it('let the person decide on what exceeds them', async () => {
    issuer.limits.exceeded = 'At most 5.00 USD at a time.';
    const before = issuer.limits.reservations.size;
    const input = payment();
    const asked = await toy.pay(input, limitedToken);
    expect(asked).toMatchObject({ status: 'approval_required' });
    expect(asked.next_step).toContain('At most 5.00 USD at a time. Show approval_url');
    expect(issuer.limits.reservations.size).toBe(before);
    lastAsked().decision = 'granted';
    const { approval_id } = lastAsked();
    await toy.pay({ ...input, approval_id }, limitedToken);
    expect(lastReservation()).toMatchObject({ approval_id, amount: '10.00' });
  });

  it('stop every payment while they cannot be asked', async () => {
    issuer.limits.silent = true;
    expect(await reasonOf(toy.pay(payment(), limitedToken))).toBe('DEADLINE_EXCEEDED');
    expect(store.payments.size).toBe(0);
  });
});

describe('screening', () => {
  it('sees what is about to move', async () => {
    const { payment_id } = await toy.pay(payment({ to: 'eve' }), limitedToken);
    expect(screening.screened.at(-1)).toMatchObject({
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
      screening.verdict = verdict;
      await expect(toy.pay(payment(), limitedToken)).resolves.toMatchObject({ status });
      await toy.close();
      toys = [];
      expect(lastReservation()).toMatchObject({ state });
    },
  );

  it('that wants to hear it from the person asks them', async () => {
    screening.verdict = 'CHALLENGE';
    const input = payment();
    await expect(toy.pay(input, token)).resolves.toMatchObject({ status: 'approval_required' });
    lastAsked().decision = 'granted';
    const { approval_id } = lastAsked();
    await expect(toy.pay({ ...input, approval_id }, token)).resolves.toMatchObject({ status: 'succeeded' });
  });

  // proves: unscreened-bounded
  it.each(['silent', 'away', 'not configured'])('that is %s lets small amounts pass only', async (how) => {
    screening.silent = how === 'silent';
    const address = how === 'away' ? '127.0.0.1:1' : screening.address;
    toy = start({ env: how === 'not configured' ? {} : { FRAUD_ADDRESS: address } });
    await expect(toy.pay(payment(), token)).resolves.toMatchObject({ screening: 'unscreened' });
    const [made] = [...store.payments.values()];
    expect(made?.permit.unscreened).toEqual({ allowance_minor: 20_000n });
    expect(await reasonOf(toy.pay(payment({ amount: '50.01' }), limitedToken))).toBe('SCREENING_UNAVAILABLE');
    expect(await reasonOf(toy.pay(payment({ currency: 'CHF' }), token))).toBe('SCREENING_UNAVAILABLE');
    expect(store.payments.size).toBe(1);
    expect(lastReservation()).toMatchObject({ state: 'released' });
  });
});

describe('the approval', () => {
  it.each([
    ['above 250.00', { amount: '250.01' }, 'above 250.00 USD'],
    ['above 50.00 to somebody new', { to: 'eve', amount: '50.01' }, 'to a payee never paid before'],
    ['in a currency without limit', { currency: 'CHF' }, 'for which no limit is set'],
    ['whatever the operation always asks', { to: 'new-account' }, 'a new withdrawal account'],
  ])('is asked for what is %s, and nothing moves before', async (_name, fields, why) => {
    const result = await toy.pay(payment(fields), token);
    expect(result).toMatchObject({
      status: 'approval_required',
      approval: { approval_id: lastAsked().approval_id },
    });
    expect(result.next_step).toContain(why);
    expect(lastAsked().summary.at(-1)).toEqual({
      label: 'Why you are asked',
      text: expect.stringContaining(why),
    });
    expect(store.payments.size).toBe(0);
  });

  it.each([
    ['at 250.00', { amount: '250.00' }],
    ['at 50.00 to somebody new', { to: 'eve', amount: '50.00' }],
  ])('is not asked for what is %s', async (_name, fields) => {
    await expect(toy.pay(payment(fields), token)).resolves.toMatchObject({ status: 'succeeded' });
  });

  it('waits until the person has decided, and then lets this one call go on', async () => {
    const input = payment({ amount: '300.00' });
    await toy.pay(input, token);
    const { approval_id } = lastAsked();
    await expect(toy.pay({ ...input, approval_id }, token)).resolves.toMatchObject({
      status: 'approval_required',
      approval: { approval_id },
    });
    lastAsked().decision = 'granted';
    const { payment_id } = await toy.pay({ ...input, approval_id }, token);
    expect(store.payments.get(payment_id ?? '')?.permit).toMatchObject({ approval_id });
    const next = payment({ amount: '300.00', approval_id });
    expect(await reasonOf(toy.pay(next, token))).toBe('APPROVAL_USED');
  });

  it('is not asked for again by a call that was given it and failed afterwards', async () => {
    const input = payment({ amount: '300.00' });
    await toy.pay(input, token);
    lastAsked().decision = 'granted';
    const { approval_id } = lastAsked();
    store.failure = fault('UNAVAILABLE', 'The database is away.');
    expect(await reasonOf(toy.pay({ ...input, approval_id }, token))).toBe('UNAVAILABLE');
    store.failure = undefined;
    await expect(toy.pay({ ...input, approval_id }, token)).resolves.toMatchObject({ status: 'succeeded' });
  });

  it('is worth nothing for other arguments', async () => {
    const input = payment({ amount: '300.00' });
    await toy.pay(input, token);
    lastAsked().decision = 'granted';
    const { approval_id } = lastAsked();
    const more = toy.pay({ ...input, amount: '3000.00', approval_id }, token);
    expect(await reasonOf(more)).toBe('APPROVAL_MISMATCH');
  });

  it('that was denied ends it', async () => {
    const input = payment({ amount: '300.00' });
    await toy.pay(input, limitedToken);
    lastAsked().decision = 'denied';
    const { approval_id } = lastAsked();
    expect(await reasonOf(toy.pay({ ...input, approval_id }, limitedToken))).toBe('APPROVAL_DENIED');
    expect(lastReservation()).toMatchObject({ state: 'released' });
  });
});

describe('the guard', () => {
  // proves: silent-feed-stops-money
  it('moves nothing while it is not heard who was shut out', async () => {
    let silent_ms = 2_001;
    toy = start({ silentMs: () => silent_ms });
    expect(await reasonOf(toy.pay(payment(), token))).toBe('UNAVAILABLE');
    silent_ms = 1_999;
    await expect(toy.pay(payment(), token)).resolves.toMatchObject({ status: 'succeeded' });
  });

  it('heeds a cancellation before anything has happened', async () => {
    expect(await reasonOf(toy.pay(payment(), limitedToken, AbortSignal.abort()))).toBe('CANCELLED');
    expect(store.payments.size).toBe(0);
    expect(lastReservation()).toMatchObject({ state: 'released' });
  });

  it('counts what became of calls', async () => {
    const input = payment();
    await toy.pay(input, token);
    await toy.pay(input, token);
    await toy.pay(payment({ amount: '300.00' }), token);
    await reasonOf(toy.pay(payment({ to: 'nobody' }), token));
    const text = await toy.metrics.registry.metrics();
    for (const outcome of ['approved', 'replayed', 'approval_required', 'refused']) {
      expect(text).toContain(
        `florin_money_guard_total{operation="pay_toy",outcome="${outcome}",service="toy"} 1`,
      );
    }
  });
});
