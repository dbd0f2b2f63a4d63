import { createLogger, newId } from '@florin/chassis';
import { createDatabase } from '@florin/postgres';
import { type TestClock, testClock } from '@florin/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pruneApprovals } from '../../src/store/approvals.js';
import { decide, paymentsAsks } from '../support/approvals.js';
import { type IdentityUnderTest, startIdentityUnderTest } from '../support/identity-under-test.js';

let identity: IdentityUnderTest;
let payments: ReturnType<typeof paymentsAsks>;
let clock: TestClock;
let ada: string;
let ben: string;

beforeAll(async () => {
  clock = testClock();
  identity = await startIdentityUnderTest('approvals_rpc', { now: clock.now });
  payments = paymentsAsks(identity);
  ada = await identity.register('ada@example.com');
  ben = await identity.register('ben@example.com');
});
afterAll(async () => {
  payments?.close();
  await identity?.stop();
});

/** An approval for arguments that no other test has. */
async function asked(user_id = ada) {
  const args = { destination_id: newId('wal'), amount: '300.00', currency: 'USD' };
  const { approval_id } = await payments.request(user_id, { args });
  return { approval_id, args };
}

async function granted() {
  const approval = await asked();
  await decide(identity, ada, approval.approval_id, 'granted', clock.now());
  return approval;
}

describe('an approval', () => {
  it('says where the person decides, and until when', async () => {
    const args = { amount: '1.00' };
    const approval = await payments.request(ada, { args });
    expect(approval).toEqual({
      approval_id: expect.stringMatching(/^apr_/),
      approval_url: `${identity.url}/approvals/${approval.approval_id}`,
      expires_at: new Date(clock.now().getTime() + 300_000).toISOString(),
    });
  });

  it('waits for the person, and is granted once to one operation', async () => {
    const { approval_id, args } = await asked();
    expect(await payments.consume(ada, approval_id, { args })).toBe(false);
    await decide(identity, ada, approval_id, 'granted', clock.now());
    expect(await payments.consume(ada, approval_id, { args, operation_id: 'pay_1' })).toBe(true);
    const again = payments.consume(ada, approval_id, { args, operation_id: 'pay_2' });
    await expect(again).rejects.toMatchObject({ reason: 'APPROVAL_USED' });
  });

  it('is granted again to the operation that consumed it, however late its answer was lost', async () => {
    const { approval_id, args } = await granted();
    expect(await payments.consume(ada, approval_id, { args })).toBe(true);
    clock.advance(3_600_000);
    expect(await payments.consume(ada, approval_id, { args })).toBe(true);
  });

  // proves: approval-once
  it('goes to exactly one of twenty that race for it', async () => {
    const { approval_id, args } = await granted();
    const racers = Array.from({ length: 20 }, (_, racer) =>
      payments.consume(ada, approval_id, { args, operation_id: `pay_${racer}` }).then(
        (won) => won,
        (error: { reason: string }) => error.reason,
      ),
    );
    const results = await Promise.all(racers);
    expect(results.filter((result) => result === true)).toHaveLength(1);
    expect(results.filter((result) => result === 'APPROVAL_USED')).toHaveLength(19);
  });

  // proves: approval-bound
  it.each([
    ['other arguments', { args: { amount: '30000.00' } }],
    ['another operation', { operation: 'withdraw_from_wallet' }],
    ['another client', { client_id: 'another-agent' }],
  ])('is worth nothing for %s', async (_name, other) => {
    const { approval_id, args } = await granted();
    const misused = payments.consume(ada, approval_id, { args, ...other });
    await expect(misused).rejects.toMatchObject({ reason: 'APPROVAL_MISMATCH' });
    expect(await payments.consume(ada, approval_id, { args })).toBe(true);
  });

  it('of another person is as unknown as one that never was', async () => {
    const { approval_id, args } = await granted();
    const answer = (id: string) =>
      payments.consume(ben, id, { args }).catch(({ code, reason, message }) => ({ code, reason, message }));
    const foreign = await answer(approval_id);
    expect(foreign).toMatchObject({ reason: 'APPROVAL_MISMATCH' });
    expect(foreign).toEqual(await answer(newId('apr')));
  });

  it('expires five minutes after it was asked for, granted or not', async () => {
    const [waiting, allowed] = [await asked(), await granted()];
    clock.advance(300_000);
    for (const { approval_id, args } of [waiting, allowed]) {
      const late = payments.consume(ada, approval_id, { args });
      await expect(late).rejects.toMatchObject({ reason: 'APPROVAL_EXPIRED' });
    }
  });

  it('that was refused stays refused', async () => {
    const { approval_id, args } = await asked();
    await decide(identity, ada, approval_id, 'denied', clock.now());
    const refused = payments.consume(ada, approval_id, { args });
    await expect(refused).rejects.toMatchObject({ reason: 'APPROVAL_DENIED', code: 'PERMISSION_DENIED' });
    await decide(identity, ada, approval_id, 'granted', clock.now());
    const still = payments.consume(ada, approval_id, { args });
    await expect(still).rejects.toMatchObject({ reason: 'APPROVAL_DENIED' });
  });

  it('is asked for once, however often and at once the same call asks', async () => {
    const args = { destination_id: newId('wal') };
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, key) =>
        payments.request(ada, { args: { ...args, idempotency_key: `key-${key}` } }),
      ),
    );
    expect(new Set(all.map(({ approval_id }) => approval_id)).size).toBe(1);
  });

  it('is one of at most twenty that wait for a person, refused ones included', async () => {
    const cid = await identity.register('cid@example.com');
    const first = await asked(cid);
    await decide(identity, cid, first.approval_id, 'denied', clock.now());
    for (let open = 1; open < 20; open++) await asked(cid);
    await expect(asked(cid)).rejects.toMatchObject({ reason: 'RATE_LIMITED' });
    expect(await asked(ben)).toBeDefined();
    clock.advance(300_000);
    expect(await asked(cid)).toBeDefined();
  });

  it('is removed when it can decide nothing any more, and not before', async () => {
    const logger = createLogger({ name: 'test', level: 'silent' });
    const { close, db } = createDatabase({ url: identity.database.url, application_name: 'test', logger });
    const [waiting, used] = [await asked(), await granted()];
    await payments.consume(ada, used.approval_id, { args: used.args });
    const later = new Date(clock.now().getTime() + 300_001);
    await pruneApprovals(db, { unused_before: clock.now(), used_before: clock.now() });
    expect(await payments.consume(ada, waiting.approval_id, { args: waiting.args })).toBe(false);
    await pruneApprovals(db, { unused_before: later, used_before: clock.now() });
    const gone = payments.consume(ada, waiting.approval_id, { args: waiting.args });
    await expect(gone).rejects.toMatchObject({ reason: 'APPROVAL_MISMATCH' });
    expect(await payments.consume(ada, used.approval_id, { args: used.args })).toBe(true);
    await pruneApprovals(db, { unused_before: later, used_before: later });
    const forgotten = payments.consume(ada, used.approval_id, { args: used.args });
    await expect(forgotten).rejects.toMatchObject({ reason: 'APPROVAL_MISMATCH' });
    await close();
  });

  it('keeps what it shows unreadable in the table', async () => {
    const secret = 'Somebody Nobody Should Know';
    await payments.request(ada, { args: { secret }, summary: [{ label: 'To', text: secret }] });
    const rows = await identity.sql<{ summary: string }[]>`select summary from approvals`;
    expect(JSON.stringify(rows)).not.toContain(secret);
  });
});

describe('the caller', () => {
  it.each([
    ['a person', async () => identity.exchange((await identity.signIn('ada@example.com')).access_token)],
    ['a service that may not', async () => identity.serviceToken('gateway', 'secret-of-gateway', ada)],
  ])('is refused where it is %s', async (_name, token) => {
    const refused = payments.request(ada, { token: await token() });
    await expect(refused).rejects.toMatchObject({ reason: 'PERMISSION_DENIED' });
  });

  it('must say for whom it acts', async () => {
    const token = await identity.serviceToken('payments', 'secret-of-payments');
    const refused = payments.request(ada, { token });
    await expect(refused).rejects.toMatchObject({ reason: 'INVALID_ARGUMENT' });
  });

  it.each([
    ['nothing to show', { summary: [] }],
    ['more lines than a page holds', { summary: Array(21).fill({ label: 'To', text: 'x' }) }],
    ['a name that no operation has', { operation: 'Pay; everything' }],
  ])('is refused with %s', async (_name, wrong) => {
    await expect(payments.request(ada, wrong)).rejects.toMatchObject({ reason: 'INVALID_ARGUMENT' });
  });
});
