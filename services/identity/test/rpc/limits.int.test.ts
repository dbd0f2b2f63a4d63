import { createLogger, newId } from '@florin/chassis';
import { createDatabase } from '@florin/postgres';
import { type TestClock, testClock } from '@florin/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pruneReservations } from '../../src/store/limit-reservations.js';
import { decide, paymentsAsks } from '../support/approvals.js';
import { type IdentityUnderTest, startIdentityUnderTest } from '../support/identity-under-test.js';
import { agentOf, limit, spender } from '../support/limits.js';

type Spender = ReturnType<typeof spender>;

const logger = createLogger({ name: 'test', level: 'silent' });
let identity: IdentityUnderTest;
let clock: TestClock;
let payments: Spender;
let investing: Spender;
let user_id: string;
let agent_id: string;
let people = 0;

beforeAll(async () => {
  clock = testClock();
  identity = await startIdentityUnderTest('limits_rpc', { now: clock.now });
  payments = spender(identity, 'payments', clock.now);
  investing = spender(identity, 'investing', clock.now);
});
afterAll(async () => {
  payments?.close();
  investing?.close();
  await identity?.stop();
});
beforeEach(async () => {
  people += 1;
  ({ user_id, agent_id } = await agentOf(identity, `person${people}@example.com`));
  await limit(identity, agent_id, { per_transaction: 100_00, per_day: 250_00 });
});

function reserve(
  amount: string,
  over: { operation_id?: string; currency?: string; approval_id?: string } = {},
) {
  const operation_id = over.operation_id ?? newId('pay');
  const { currency = 'USD', approval_id = '' } = over;
  return { reserve: { agent_id, user_id, operation_id, amount, currency, approval_id } };
}

const settled = (operation_id: string) => ({ user_id, operation_id });

describe('a limit', () => {
  it('of one transaction refuses what is above, and takes what is equal', async () => {
    expect(await payments.spend(reserve('100.01'))).toBe('per_transaction');
    expect(await payments.spend(reserve('100.00'))).toBe('done');
  });

  it('of a day is shared by all services, and starts anew at midnight UTC', async () => {
    clock.set(new Date('2026-11-02T23:59:59.999Z'));
    expect(await payments.spend(reserve('100.00'))).toBe('done');
    expect(await investing.spend(reserve('100.00'))).toBe('done');
    expect(await investing.spend(reserve('50.01'))).toBe('per_day');
    expect(await payments.spend(reserve('50.00'))).toBe('done');
    clock.advance(1);
    expect(await payments.spend(reserve('100.00'))).toBe('done');
  });

  it('says nothing of another currency: that needs the person', async () => {
    expect(await payments.spend(reserve('1.00', { currency: 'EUR' }))).toBe('currency');
  });

  it('that was never set refuses nothing, and counts all the same', async () => {
    await identity.sql`update agents set currency = null, per_transaction_minor = null, per_day_minor = null`;
    expect(await payments.spend(reserve('9000.00'))).toBe('done');
    await limit(identity, agent_id, { per_transaction: 100_00, per_day: 250_00 });
    expect(await payments.spend(reserve('1.00'))).toBe('per_day');
  });
});

describe('a look', () => {
  it('tells what is left, and reserves nothing', async () => {
    expect(await payments.spend(reserve('100.00'))).toBe('done');
    const left = { per_transaction: '100.00', today: '150.00', currency: 'USD' };
    expect(await payments.look({ user_id, agent_id })).toEqual(left);
    expect(await investing.look({ user_id, agent_id })).toEqual(left);
  });

  it("tells of nothing where no limit is set, and of no agent but the person's", async () => {
    await identity.sql`update agents set currency = null, per_transaction_minor = null, per_day_minor = null`;
    const none = { per_transaction: '', today: '', currency: '' };
    expect(await payments.look({ user_id, agent_id })).toEqual(none);
    await expect(payments.look({ user_id: newId('usr'), agent_id })).rejects.toMatchObject({
      reason: 'NOT_FOUND',
    });
  });
});

describe('a reservation', () => {
  it('is taken once however often its operation asks, also at once', async () => {
    const again = reserve('100.00');
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, index) => (index % 2 ? payments : investing).spend(again)),
    );
    expect(new Set(results)).toEqual(new Set(['done']));
    expect(await payments.spend(reserve('100.00'))).toBe('done');
    expect(await payments.spend(reserve('50.01'))).toBe('per_day');
  });

  it('is refused for an operation that has reserved something else', async () => {
    const first = reserve('10.00');
    await payments.spend(first);
    const { operation_id } = first.reserve;
    for (const other of [
      reserve('10.01', { operation_id }),
      reserve('10.00', { operation_id, currency: 'EUR' }),
    ]) {
      await expect(payments.spend(other)).rejects.toMatchObject({ reason: 'IDEMPOTENCY_KEY_REUSED' });
    }
  });

  it('comes back when it is released, once; and never after it was committed', async () => {
    const [kept, given] = [reserve('100.00'), reserve('100.00')];
    await payments.spend(kept);
    await payments.spend(given);
    expect(await payments.spend(reserve('100.00'))).toBe('per_day');
    for (let again = 0; again < 2; again++) {
      expect(await payments.spend({ release: settled(given.reserve.operation_id) })).toBe('done');
      expect(await payments.spend({ commit: settled(kept.reserve.operation_id) })).toBe('done');
    }
    expect(await payments.spend({ release: settled(kept.reserve.operation_id) })).toBe('done');
    expect(await payments.spend(reserve('100.00'))).toBe('done');
    expect(await payments.spend(given)).toBe('per_day');
  });

  it('that several attempts have taken comes back with the last of them, so that none spends what another gave back', async () => {
    const both = reserve('100.00');
    const { operation_id } = both.reserve;
    await payments.spend(both);
    await investing.spend(both);
    await payments.spend(reserve('100.00'));
    expect(await payments.spend({ release: settled(operation_id) })).toBe('done');
    expect(await payments.spend(reserve('100.00'))).toBe('per_day');
    expect(await investing.spend({ release: settled(operation_id) })).toBe('done');
    expect(await payments.spend(reserve('100.00'))).toBe('done');
  });

  it('that was released is judged anew, for what it then costs', async () => {
    const first = reserve('100.00');
    const { operation_id } = first.reserve;
    await payments.spend(first);
    await payments.spend({ release: settled(operation_id) });
    expect(await payments.spend(reserve('60.00', { operation_id }))).toBe('done');
    expect(await payments.spend(reserve('100.00'))).toBe('done');
    expect(await payments.spend(reserve('90.01'))).toBe('per_day');
    expect(await payments.spend(reserve('90.00'))).toBe('done');
  });

  it('that was released counts again when its operation has taken effect all the same', async () => {
    const both = reserve('100.00');
    const { operation_id } = both.reserve;
    await payments.spend(both);
    await payments.spend({ release: settled(operation_id) });
    expect(await payments.spend({ commit: settled(operation_id) })).toBe('done');
    expect(await payments.spend(reserve('100.00'))).toBe('done');
    expect(await payments.spend(reserve('50.01'))).toBe('per_day');
  });

  it('that was left open on an earlier day is taken of today when its operation goes on', async () => {
    clock.set(new Date('2026-11-03T23:00:00.000Z'));
    const open = reserve('100.00');
    await payments.spend(open);
    clock.advance(2 * 3_600_000);
    expect(await payments.spend(reserve('100.00'))).toBe('done');
    expect(await payments.spend(open)).toBe('done');
    expect(await payments.spend(reserve('50.01'))).toBe('per_day');
    // The attempt of yesterday may still be under way.
    await payments.spend({ release: settled(open.reserve.operation_id) });
    expect(await payments.spend(reserve('50.01'))).toBe('per_day');
    await payments.spend({ release: settled(open.reserve.operation_id) });
    expect(await payments.spend(reserve('50.01'))).toBe('done');
  });

  it('is forgotten when its day is long over', async () => {
    const kept = reserve('10.00');
    await payments.spend(kept);
    const database = createDatabase({ url: identity.database.url, application_name: 'pruning', logger });
    const count = async () =>
      (await identity.sql`select 1 from limit_reservations where operation_id = ${kept.reserve.operation_id}`)
        .length;
    await pruneReservations(database.db, clock.now());
    expect(await count()).toBe(1);
    await pruneReservations(database.db, new Date(clock.now().getTime() + 86_400_000));
    expect(await count()).toBe(0);
    await database.close();
  });

  it("is none of another person's, whatever ids are sent", async () => {
    const mine = reserve('10.00');
    await payments.spend(mine);
    const ben = await agentOf(identity, `ben${people}@example.com`);
    const { operation_id } = mine.reserve;
    const foreign = { user_id: ben.user_id, operation_id };
    await expect(payments.spend({ release: foreign })).rejects.toMatchObject({ reason: 'NOT_FOUND' });
    const crossed = { reserve: { ...mine.reserve, user_id: ben.user_id, operation_id: newId('pay') } };
    await expect(payments.spend(crossed)).rejects.toMatchObject({ reason: 'NOT_FOUND' });
    const stolen = { reserve: { ...mine.reserve, user_id: ben.user_id, agent_id: ben.agent_id } };
    await expect(payments.spend(stolen)).rejects.toMatchObject({ reason: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it('above the limits is taken for an operation that consumed an approval, and is counted', async () => {
    const approvals = paymentsAsks(identity);
    const args = { amount: '500.00' };
    const { approval_id } = await approvals.request(user_id, { args });
    await decide(identity, user_id, approval_id, 'granted', clock.now());
    const operation_id = newId('pay');
    const approved = reserve('500.00', { operation_id, approval_id });
    await expect(payments.spend(approved)).rejects.toMatchObject({ reason: 'APPROVAL_MISMATCH' });
    expect(await approvals.consume(user_id, approval_id, { args, operation_id })).toBe(true);
    const stolen = payments.spend(reserve('500.00', { approval_id }));
    await expect(stolen).rejects.toMatchObject({ reason: 'APPROVAL_MISMATCH' });
    expect(await payments.spend(approved)).toBe('done');
    expect(await payments.spend(reserve('0.01'))).toBe('per_day');
    approvals.close();
  });
});

describe('two services that race', () => {
  // proves: cap-spent-once
  it.each([1, 2, 3])('never take more than the cap together, and all that fits (round %i)', async (round) => {
    const amounts = Array.from({ length: 120 }, (_, index) => ((index * 7_919 * round) % 9_000) + 1);
    const results = await Promise.all(
      amounts.map(async (amount_minor, index) => {
        const amount = (amount_minor / 100).toFixed(2);
        const action = reserve(amount);
        const outcome = await (index % 2 ? payments : investing).spend(action);
        // Some give back what they took, while the others go on.
        if (outcome !== 'done' || index % 5 !== 0) return { amount_minor, outcome };
        await payments.spend({ release: settled(action.reserve.operation_id) });
        return { amount_minor, outcome: 'released' };
      }),
    );
    const taken = results.filter(({ outcome }) => outcome === 'done');
    const sum = taken.reduce((total, { amount_minor }) => total + amount_minor, 0);
    expect(sum).toBeLessThanOrEqual(250_00);
    expect(taken.length).toBeGreaterThan(0);
    const rest = ((250_00 - sum) / 100).toFixed(2);
    if (sum < 250_00)
      expect(await payments.spend(reserve(Number(rest) > 100 ? '100.00' : rest))).toBe('done');
  });
});

describe('the stream', () => {
  it.each([
    ['a person', () => agentOf(identity, `x${people}@example.com`).then(({ mesh_token }) => mesh_token)],
    ['a service that may not', () => identity.serviceToken('banking', 'secret-of-banking')],
    ['nobody', async () => ''],
  ])('refuses a frame of %s, and goes on', async (_name, token) => {
    const refused = payments.spend(reserve('1.00'), await token());
    await expect(refused).rejects.toMatchObject({ reason: /UNAUTHENTICATED|PERMISSION_DENIED/ });
    expect(await payments.spend(reserve('1.00'))).toBe('done');
  });

  it.each([
    ['a negative amount', { amount: '-1.00' }],
    ['nothing', { amount: '0.00' }],
    ['more decimals than the currency has', { amount: '1.001' }],
    ['no operation', { operation_id: '' }],
    ['a foreign kind of id', { agent_id: 'usr_01jd5c3k8qf6t9w2x4y7z0a1b2' }],
  ])('refuses %s', async (_name, wrong) => {
    const { reserve: right } = reserve('1.00');
    const refused = payments.spend({ reserve: { ...right, ...wrong } });
    await expect(refused).rejects.toMatchObject({ reason: 'INVALID_ARGUMENT' });
  });

  it('answers a frame without an action', async () => {
    await expect(payments.spend({})).rejects.toMatchObject({ reason: 'INVALID_ARGUMENT' });
  });
});
