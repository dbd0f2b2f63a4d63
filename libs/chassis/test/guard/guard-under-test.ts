import { startTestScreening, type TestIssuer, type TestScreening, testIssuer } from '@florin/testkit';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { moneyToy, ToyStore } from '../money-toy.js';

export const user = 'usr_01jd5c3k8qf6t9w2x4y7z0a1b2';
export const agent_id = 'agt_01jd5c3k8qf6t9w2x4y7z0a1b2';

type Toy = ReturnType<typeof moneyToy>;

/** A toy service behind the guard, anew for each test, with the identity and the fraud service that it asks. */
export interface GuardUnderTest {
  issuer: TestIssuer;
  screening: TestScreening;
  token: string;
  /** Of an agent whose person set limits. */
  limitedToken: string;
  store: ToyStore;
  toy: Toy;
  /** Another process over the same store. */
  start(options?: Parameters<typeof moneyToy>[2]): Toy;
  /** Ends what was started, once all is told that was to be told. */
  stop(): Promise<void>;
  /** Of the operation that was reserved for last. */
  lastReservation(): ReturnType<TestIssuer['limits']['reservations']['get']>;
}

export function useGuard(): GuardUnderTest {
  const guard = {} as GuardUnderTest;
  let toys: Toy[] = [];
  guard.start = (options) => {
    const { issuer, screening, store } = guard;
    const started = moneyToy(issuer, store, { env: { FRAUD_ADDRESS: screening.address }, ...options });
    toys.push(started);
    return started;
  };
  guard.stop = async () => {
    await Promise.all(toys.map((each) => each.close()));
    toys = [];
  };
  guard.lastReservation = () => [...guard.issuer.limits.reservations.values()].at(-1);
  beforeAll(async () => {
    guard.issuer = await testIssuer();
    guard.screening = await startTestScreening();
    const claims = { sub: user, scopes: ['payments:write'], client_id: 'assistant' };
    guard.token = await guard.issuer.sign(claims);
    guard.limitedToken = await guard.issuer.sign({ ...claims, overrides: { agent_id, limits: true } });
  });
  afterAll(async () => {
    guard.screening.close();
    await guard.issuer.close();
  });
  beforeEach(() => {
    guard.store = new ToyStore();
    guard.store.payees.add('ben');
    Object.assign(guard.screening, { verdict: 'APPROVE', silent: false });
    Object.assign(guard.issuer.limits, { exceeded: undefined, silent: false });
    guard.toy = guard.start();
  });
  afterEach(() => guard.stop());
  return guard;
}

let keys = 0;
export function payment(fields: object = {}) {
  keys += 1;
  return { to: 'ben', amount: '10.00', currency: 'USD', idempotency_key: `key-${keys}`, ...fields };
}

export const reasonOf = (call: Promise<unknown>) =>
  call.then(
    () => 'none',
    (error: { reason?: string }) => error.reason,
  );
