import { randomUUID } from 'node:crypto';
import type { Mesh } from '@florin/local';
import { until } from '@florin/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestMesh } from '../support/mesh.js';
import { demoPerson, type Person } from '../support/people.js';

interface Money {
  amount: string;
  currency: string;
}

interface Payment {
  payment_id: string;
  status: string;
  amount: Money;
  receipt_id: string;
  replayed: boolean;
  refunded: Money;
}

let mesh: Mesh;
let ada: Person;
let ben: Person;

beforeAll(async () => {
  mesh = await startTestMesh();
  [ada, ben] = await Promise.all([demoPerson(mesh, 'ada@florin.test'), demoPerson(mesh, 'ben@florin.test')]);
});
afterAll(async () => {
  await Promise.all([ada?.mcp.close(), ben?.mcp.close()]);
  await mesh?.stop();
});

async function wallet({ mcp }: Person): Promise<{ wallet_id: string; available: Money }> {
  const { wallets } = await mcp.call<{ wallets: { wallet_id: string; available: Money }[] }>('list_wallets');
  const [found] = wallets;
  if (found === undefined) throw new Error('no wallet');
  return found;
}

it('gives Ada and Ben 10,000.00 each, once', async () => {
  await until(async () => {
    expect((await wallet(ada)).available).toEqual({ amount: '10000.00', currency: 'USD' });
    expect((await wallet(ben)).available).toEqual({ amount: '10000.00', currency: 'USD' });
  });
});

// proves: pays-ben
it('lets Ada pay Ben by e-mail once for one key, and both see it', async () => {
  const { wallet_id } = await wallet(ada);
  const args = {
    source_id: wallet_id,
    destination_id: 'ben@florin.test',
    amount: '20.00',
    currency: 'USD',
    idempotency_key: randomUUID(),
    description: 'Dinner on Friday',
  };
  const paid = await ada.mcp.call<Payment>('initiate_payment', args);
  expect(paid).toMatchObject({ status: 'succeeded', replayed: false });
  expect(await ada.mcp.call<Payment>('initiate_payment', args)).toEqual({ ...paid, replayed: true });
  expect((await wallet(ada)).available.amount).toBe('9980.00');
  expect((await wallet(ben)).available.amount).toBe('10020.00');
  const { payments } = await ben.mcp.call<{ payments: Payment[] }>('list_payments', { direction: 'in' });
  expect(payments.map(({ payment_id }) => payment_id)).toEqual([paid.payment_id]);
});

it('lets Ben give half of it back, and both ledgers show it', async () => {
  const { payments } = await ben.mcp.call<{ payments: Payment[] }>('list_payments', { direction: 'in' });
  const [{ payment_id } = { payment_id: '' }] = payments;
  const refund = await ben.mcp.call<Payment>('process_refund', {
    payment_id,
    amount: '10.00',
    idempotency_key: randomUUID(),
  });
  expect(refund).toMatchObject({ status: 'succeeded', receipt_id: expect.stringMatching(/^evt_/) });
  expect((await wallet(ada)).available.amount).toBe('9990.00');
  expect((await wallet(ben)).available.amount).toBe('10010.00');
  for (const { mcp } of [ada, ben]) {
    expect(await mcp.call<Payment>('get_payment', { payment_id })).toMatchObject({
      status: 'partially_refunded',
      refunded: { amount: '10.00', currency: 'USD' },
    });
  }
});
