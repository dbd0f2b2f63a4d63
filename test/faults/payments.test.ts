import { randomUUID } from 'node:crypto';
import type { Mesh } from '@florin/local';
import type { FaultInput } from '@florin/sandbox';
import { until } from '@florin/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestMesh } from '../support/mesh.js';
import { type Ask, settle, startPaymentLoad } from '../support/payment-load.js';
import { differences, leftOpen, walletOf } from '../support/payments.js';
import { demoPerson, type Person } from '../support/people.js';

let mesh: Mesh;
let ada: Person;
let ben: Person;
let card_id: string;

beforeAll(async () => {
  mesh = await startTestMesh();
  [ada, ben] = await Promise.all([demoPerson(mesh, 'ada@florin.test'), demoPerson(mesh, 'ben@florin.test')]);
  await until(async () => {
    expect((await walletOf(ada)).available_minor).toBe(1_000_000);
    expect((await walletOf(ben)).available_minor).toBe(1_000_000);
  });
  const added = await ada.mcp.call('add_payment_method', { payment_token: 'pm_card_visa' });
  card_id = String(added.payment_method_id);
});
afterEach(async () => {
  await clearFaults();
});
afterAll(async () => {
  await Promise.all([ada?.mcp.close(), ben?.mcp.close()]);
  await mesh?.stop();
});

async function setFault(fault: FaultInput): Promise<void> {
  const response = await fetch(`${mesh.url('sandbox')}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
  });
  if (!response.ok) throw new Error(await response.text());
}

async function clearFaults(): Promise<void> {
  await fetch(`${mesh.url('sandbox')}/faults`, { method: 'DELETE' });
}

/** Those that happen so many times have happened. */
async function allUsed(): Promise<void> {
  const response = await fetch(`${mesh.url('sandbox')}/status`);
  const { faults } = (await response.json()) as { faults: FaultInput[] };
  expect(faults.filter(({ times }) => times !== undefined)).toEqual([]);
}

/** No money moves: it cannot be heard whose access has ended. */
async function refusesMoney(): Promise<void> {
  const nobodys = 'wal_01jd5c3k8qf6t9w2x4y7z0a1b2';
  const sides = { source_id: nobodys, destination_id: nobodys };
  const args = { ...sides, amount: '1.00', currency: 'USD', idempotency_key: randomUUID() };
  expect(await ada.mcp.refused('initiate_payment', args)).toMatchObject({ code: 'UNAVAILABLE' });
}

/** Breaks something under a mixed load, mends it, and proves that all is as if it had never been broken. */
async function survives(fail: () => Promise<void>, mend: () => Promise<void>): Promise<void> {
  const [payer, payee] = [await walletOf(ada), await walletOf(ben)];
  const wallets = { wallet_id: payer.wallet_id, payee_wallet_id: payee.wallet_id };
  const load = startPaymentLoad({ payer: ada, payee: ben, card_id, ...wallets });
  await load.more(9, 'answered');
  await fail();
  await load.more(9);
  await mend();
  await load.more(9, 'answered');
  const asks = await load.stop();

  await Promise.all(asks.map(settle));
  const count = (kind: Ask['kind']) => asks.filter((ask) => ask.kind === kind).length;
  const refunded = (kind: Ask['kind']) => refundsOf(asks, kind) * 50;
  const made = asks.filter(({ kind }) => kind !== 'refund').map(({ answer }) => String(answer?.payment_id));
  expect(new Set(made).size).toBe(made.length);
  expect((await walletOf(ada)).available_minor).toBe(
    payer.available_minor - count('transfer') * 100 + refunded('transfer'),
  );
  expect((await walletOf(ben)).available_minor).toBe(
    payee.available_minor + made.length * 100 - refunded('transfer') - refunded('charge'),
  );
  const charged = await chargedPayments();
  for (const { kind, answer } of asks) {
    if (kind === 'charge') expect(charged.filter((id) => id === answer?.payment_id)).toHaveLength(1);
  }
  await until(async () => expect(await leftOpen(mesh)).toEqual({ pending: 0, unpublished: 0 }), {
    timeout: 60_000,
    interval: 250,
  });
  expect(await differences(mesh)).toEqual([]);
}

function refundsOf(asks: readonly Ask[], kind: Ask['kind']): number {
  const paid = new Set(asks.filter((ask) => ask.kind === kind).map(({ answer }) => answer?.payment_id));
  return asks.filter((ask) => ask.kind === 'refund' && paid.has(ask.args.payment_id)).length;
}

/** The payment of each charge that the provider has made. */
async function chargedPayments(): Promise<string[]> {
  interface Charges {
    charges: { status: string; metadata: { payment_id?: string } }[];
  }
  const response = await fetch(`${mesh.url('sandbox')}/stripe/charges`);
  const { charges } = (await response.json()) as Charges;
  return charges
    .filter(({ status }) => status !== 'failed')
    .map(({ metadata }) => metadata.payment_id ?? 'none');
}

// proves: payments-survive-outages
it('NATS that is down loses and doubles no payment', async () => {
  const stop = async () => {
    await mesh.nats.stop();
    await until(refusesMoney);
  };
  await survives(stop, () => mesh.nats.restart());
}, 240_000);

// proves: payments-survive-outages
it('Postgres that restarts loses and doubles no payment', async () => {
  await survives(
    () => mesh.postgres.stop(),
    () => mesh.postgres.restart(),
  );
}, 240_000);

const unwell: FaultInput[] = [
  { provider: 'stripe', kind: 'status', status: 429, times: 6 },
  { provider: 'stripe', kind: 'status', status: 500, times: 3 },
  { provider: 'stripe', kind: '500_after_applying', times: 4 },
  { provider: 'stripe', kind: 'drop_connection', after_applying: true, times: 4 },
  { provider: 'stripe', kind: 'latency', latency_ms: 25_000, times: 1 },
];

// proves: payments-survive-outages
it.each<[string, FaultInput[]]>([
  ['is down', [{ provider: 'stripe', kind: 'down' }]],
  ['is busy, fails, answers too late or not at all', unwell],
])(
  'a provider that %s loses and doubles no payment',
  async (_, faults) => {
    const happen = async () => {
      for (const fault of faults) await setFault(fault);
      await until(allUsed, { timeout: 120_000, interval: 250 });
    };
    await survives(happen, clearFaults);
  },
  240_000,
);

/** Each takes its time: at night, FLORIN_NIGHTLY=true. */
describe.runIf(process.env.FLORIN_NIGHTLY === 'true')('by itself', () => {
  it('payments that is killed loses and doubles no payment', async () => {
    await survives(
      () => mesh.kill('payments'),
      () => mesh.untilReady('payments'),
    );
  }, 240_000);

  it.each(unwell.map(({ times: _, ...fault }) => fault as FaultInput))(
    'a provider with $kind for as long as it lasts loses and doubles no payment',
    async (fault) => {
      const late = fault.kind === 'latency' ? { times: 2 } : {};
      await survives(() => setFault({ ...fault, ...late }), clearFaults);
    },
    240_000,
  );
});
