import { randomUUID } from 'node:crypto';
import { freePorts } from '@florin/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundlePayments, type PaymentsProcess, startPaymentsProcess } from './support/payments-process.js';
import type { Json } from './support/surroundings.js';
import { type Person, type Surroundings, startSurroundings, toUuid } from './support/surroundings.js';

const RACERS = 50;

let around: Surroundings;
let processes: [PaymentsProcess, PaymentsProcess];

beforeAll(async () => {
  const main = await bundlePayments();
  around = await startSurroundings('two-processes', { now: () => new Date() });
  const [http_port, grpc_port] = await freePorts(2);
  const env = { ...around.env, HTTP_PORT: String(http_port), GRPC_PORT: String(grpc_port) };
  // The first one migrates.
  const first = await startPaymentsProcess(main, around);
  processes = [first, await startPaymentsProcess(main, around, { env })];
}, 120_000);
afterAll(async () => {
  for (const each of processes ?? []) await each.kill();
  await around?.stop();
});

const stripe = () => around.sandbox.control.stripe;

interface Outcome {
  result?: Json;
  reason?: string;
}

/** Every other call goes to the other process; all at once. */
async function race(name: string, args: (nth: number) => Json, person: Person): Promise<Outcome[]> {
  return Promise.all(
    Array.from({ length: RACERS }, async (_, nth) => {
      const { tool } = processes[nth % 2 === 0 ? 0 : 1];
      try {
        return { result: await tool(name, args(nth), person) };
      } catch (error) {
        return { reason: String((error as { reason?: string }).reason ?? error) };
      }
    }),
  );
}

const reasons = (outcomes: Outcome[]) => new Set(outcomes.flatMap(({ reason }) => reason ?? []));
const made = (outcomes: Outcome[]): Json[] =>
  outcomes.flatMap(({ result }) => (result === undefined ? [] : [result]));

async function paymentsOf({ user_id }: Person): Promise<number> {
  const rows = await around.sql`select 1 from payments where user_id = ${toUuid(user_id)}`;
  return rows.length;
}

async function cardOf(person: Person): Promise<string> {
  const [{ tool }] = processes;
  return String(
    (await tool('add_payment_method', { payment_token: 'pm_card_visa' }, person)).payment_method_id,
  );
}

async function paid(source_id: string, payer: Person, payee: Person): Promise<string> {
  const args = { source_id, destination_id: payee.wallet_id, amount: '10.00', currency: 'USD' };
  const [{ tool }] = processes;
  return String(
    (await tool('initiate_payment', { ...args, idempotency_key: randomUUID() }, payer)).payment_id,
  );
}

describe('fifty calls at once to two processes', () => {
  // proves: one-key-one-payment
  it.each(['wallet', 'card'])(
    'with one key make one payment from a %s, and whoever asks again is shown it',
    async (from) => {
      const [ada, ben] = [await around.newPerson(10_000n), await around.newPerson()];
      const source_id = from === 'wallet' ? ada.wallet_id : await cardOf(ada);
      const args = {
        source_id,
        destination_id: ben.wallet_id,
        amount: '1.00',
        currency: 'USD',
        idempotency_key: randomUUID(),
      };
      const first = await race('initiate_payment', () => args, ada);
      expect(made(first).filter(({ replayed }) => replayed === false)).toHaveLength(1);
      // To those who came while the first was at it.
      expect([...reasons(first)].filter((reason) => reason !== 'IN_PROGRESS')).toEqual([]);
      const again = await race('initiate_payment', () => args, ada);
      expect(reasons(again)).toEqual(new Set());
      const ids = new Set([...made(first), ...made(again)].map(({ payment_id }) => String(payment_id)));
      expect(ids.size).toBe(1);
      expect(new Set(made(again).map(({ status }) => status))).toEqual(new Set(['succeeded']));
      expect(await paymentsOf(ada)).toBe(1);
      expect(await around.funds(ben)).toEqual([100n, 100n]);
      const payment_id = [...ids].join();
      expect(stripe().charges({ payment_id })).toHaveLength(from === 'card' ? 1 : 0);
      expect(await around.contradictions()).toEqual([]);
    },
  );

  // proves: never-overdrawn
  it('that pay from one wallet never overdraw it', async () => {
    const [ada, ben] = [await around.newPerson(1_050n), await around.newPerson()];
    const sides = { source_id: ada.wallet_id, destination_id: ben.wallet_id };
    const outcomes = await race(
      'initiate_payment',
      () => ({ ...sides, amount: '1.00', currency: 'USD', idempotency_key: randomUUID() }),
      ada,
    );
    expect(made(outcomes)).toHaveLength(10);
    expect(reasons(outcomes)).toEqual(new Set(['INSUFFICIENT_FUNDS']));
    expect(await paymentsOf(ada)).toBe(10);
    expect(await around.funds(ada)).toEqual([50n, 50n]);
    expect(await around.funds(ben)).toEqual([1_000n, 1_000n]);
    expect(await around.contradictions()).toEqual([]);
  });

  // proves: refund-bounded
  it.each(['wallet', 'card'])(
    'that refund one payment from a %s never give back more of it',
    async (from) => {
      const [ada, ben] = [await around.newPerson(10_000n), await around.newPerson(10_000n)];
      const payment_id = await paid(from === 'wallet' ? ada.wallet_id : await cardOf(ada), ada, ben);
      const args = () => ({ payment_id, amount: '3.00', idempotency_key: randomUUID() });
      let given_back = 0;
      // Where so many change one payment, some are asked to try again.
      for (let round = 0; round < 3 && given_back < 3; round++) {
        const outcomes = await race('process_refund', args, ben);
        given_back += made(outcomes).filter(({ status }) => status === 'succeeded').length;
        for (const reason of reasons(outcomes)) expect(['REFUND_TOO_LARGE', 'CONFLICT']).toContain(reason);
      }
      expect(given_back).toBe(3);
      expect(await around.funds(ben)).toEqual([10_100n, 10_100n]);
      if (from === 'wallet') expect(await around.funds(ada)).toEqual([9_900n, 9_900n]);
      else expect(stripe().charges({ payment_id })).toMatchObject([{ amount: 1_000, amount_refunded: 900 }]);
      expect(await around.contradictions()).toEqual([]);
    },
  );
});
