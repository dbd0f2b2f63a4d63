import { randomUUID } from 'node:crypto';
import { newId } from '@florin/chassis';
import { fromGrpcError } from '@florin/faults';
import { florin } from '@florin/proto';
import { credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Json,
  type PaymentsUnderTest,
  type Person,
  startPaymentsUnderTest,
} from '../support/payments-under-test.js';

let payments: PaymentsUnderTest;
let wallets: InstanceType<typeof florin.payments.v1.Wallets>;
let methods: InstanceType<typeof florin.payments.v1.Methods>;

beforeAll(async () => {
  payments = await startPaymentsUnderTest('payments_rpc');
  wallets = new florin.payments.v1.Wallets(payments.grpc_address, credentials.createInsecure());
  methods = new florin.payments.v1.Methods(payments.grpc_address, credentials.createInsecure());
});
afterAll(async () => {
  wallets.close();
  methods.close();
  await payments.stop();
});

type Method = 'ListWallets' | 'Reserve' | 'Post' | 'Void' | 'Transfer' | 'GetMethod';

/** As another service, for a person. */
async function call(
  method: Method,
  request: object,
  person: Pick<Person, 'user_id'> | undefined,
  service = 'investing',
): Promise<Json> {
  const metadata = new Metadata();
  const of = person && { on_behalf_of: person.user_id };
  const token = await payments.issuer.sign({ sub: `svc:${service}`, ...of });
  metadata.set('authorization', `Bearer ${token}`);
  return new Promise((resolve, reject) => {
    const answer = (error: ServiceError | null, response?: object) =>
      error === null ? resolve(response as Json) : reject(fromGrpcError(error));
    switch (method) {
      case 'ListWallets':
        return wallets.ListWallets(request, metadata, answer);
      case 'Reserve':
        return wallets.Reserve(request, metadata, answer);
      case 'Post':
        return wallets.Post(request, metadata, answer);
      case 'Void':
        return wallets.Void(request, metadata, answer);
      case 'Transfer':
        return wallets.Transfer(request, metadata, answer);
      case 'GetMethod':
        return methods.GetMethod(request, metadata, answer);
    }
  });
}

const usd = (amount: string) => ({ amount, currency: 'USD' });
const reservation = ({ wallet_id }: Person, amount: string, idempotency_key: string = randomUUID()) => ({
  idempotency_key,
  wallet_id,
  amount: usd(amount),
  reference: 'ord_1',
});

describe('florin.payments.v1.Wallets', () => {
  it('sets money aside, takes a part of it once, and gives the rest back', async () => {
    const ada = await payments.newPerson(10_000n);
    const { transfer_id } = await call('Reserve', reservation(ada, '40.00'), ada);
    expect(await payments.funds(ada)).toEqual([10_000n, 6_000n]);
    expect(await call('ListWallets', {}, ada)).toMatchObject({
      wallets: [
        { wallet_id: ada.wallet_id, available: usd('60.00'), reserved: usd('40.00'), status: 'open' },
      ],
    });

    const taking = { idempotency_key: 'fill-1', transfer_id, amount: usd('25.00') };
    const taken = await call('Post', taking, ada);
    expect(await call('Post', taking, ada)).toEqual(taken);
    expect(await payments.funds(ada)).toEqual([7_500n, 7_500n]);
    const again = { ...taking, idempotency_key: 'fill-2' };
    await expect(call('Post', again, ada)).rejects.toMatchObject({ reason: 'FAILED_PRECONDITION' });
    await expect(call('Void', { idempotency_key: 'v', transfer_id }, ada)).rejects.toMatchObject({
      reason: 'FAILED_PRECONDITION',
    });
  });

  it('takes no more than was reserved, and releases what is voided', async () => {
    const ada = await payments.newPerson(10_000n);
    const { transfer_id } = await call('Reserve', reservation(ada, '40.00'), ada);
    const more = { idempotency_key: 'p', transfer_id, amount: usd('40.01') };
    await expect(call('Post', more, ada)).rejects.toThrow(/more than was reserved/);
    await call('Void', { idempotency_key: 'v', transfer_id }, ada);
    expect(await payments.funds(ada)).toEqual([10_000n, 10_000n]);
  });

  it('moves money in both directions, once for each key, and says so', async () => {
    const ada = await payments.newPerson(10_000n);
    const out = { ...reservation(ada, '30.00', 'buy'), direction: 'DIRECTION_FROM_WALLET' };
    const { transfer_id } = await call('Transfer', out, ada);
    expect(await call('Transfer', out, ada)).toEqual({ transfer_id });
    await expect(call('Transfer', { ...out, amount: usd('31.00') }, ada)).rejects.toMatchObject({
      reason: 'IDEMPOTENCY_KEY_REUSED',
    });
    await call('Transfer', { ...out, idempotency_key: 'sell', direction: 'DIRECTION_TO_WALLET' }, ada);
    expect(await payments.funds(ada)).toEqual([10_000n, 10_000n]);
    const events = await payments.sql`
      select event->'data' as data, event->>'resources' as resources from outbox
      where event->>'type' = 'florin.payments.transfer.posted.v1' and event->>'subject' = ${String(transfer_id)}`;
    expect(events).toEqual([
      {
        data: { transfer_id, wallet_id: ada.wallet_id, user_id: ada.user_id, service: 'investing' },
        resources: `payments://${ada.user_id}/wallets`,
      },
    ]);
  });

  it("never takes what is not there, and reads no wallet but the person's", async () => {
    const ada = await payments.newPerson(1_000n);
    const eve = await payments.newPerson(1_000n);
    await expect(call('Reserve', reservation(ada, '10.01'), ada)).rejects.toMatchObject({
      reason: 'INSUFFICIENT_FUNDS',
    });
    await expect(call('Reserve', reservation(ada, '1.00'), eve)).rejects.toMatchObject({
      reason: 'NOT_FOUND',
    });
    const { transfer_id } = await call('Reserve', reservation(ada, '1.00'), ada);
    const post = { idempotency_key: 'p', transfer_id };
    for (const [person, service] of [
      [eve, 'investing'],
      [ada, 'subscription'],
    ] as const) {
      await expect(call('Post', post, person, service)).rejects.toMatchObject({ reason: 'NOT_FOUND' });
    }
    expect(await payments.funds(ada)).toEqual([1_000n, 900n]);
  });

  it('says which argument is wrong, and is closed to services that it does not name', async () => {
    const ada = await payments.newPerson(1_000n);
    for (const [wrong, field] of [
      [{ amount: usd('0.00') }, /amount/],
      [{ amount: usd('1.001') }, /amount/],
      [{ amount: null }, /amount/],
      [{ wallet_id: 'wal_1' }, /wallet_id/],
      [{ idempotency_key: '' }, /idempotency_key/],
    ] as const) {
      await expect(call('Reserve', { ...reservation(ada, '1.00'), ...wrong }, ada)).rejects.toThrow(field);
    }
    await expect(call('ListWallets', {}, ada, 'banking')).rejects.toMatchObject({
      reason: 'PERMISSION_DENIED',
    });
  });

  it('is closed to a service that acts for nobody', async () => {
    const ada = await payments.newPerson(1_000n);
    const refused = { reason: 'PERMISSION_DENIED' };
    await expect(call('ListWallets', {}, undefined)).rejects.toMatchObject(refused);
    await expect(call('Reserve', reservation(ada, '1.00'), undefined)).rejects.toMatchObject(refused);
    await expect(call('GetMethod', {}, undefined, 'subscription')).rejects.toMatchObject(refused);
  });
});

describe('florin.payments.v1.Methods', () => {
  it('shows what the person pays with, to subscription alone', async () => {
    const ada = await payments.newPerson();
    await expect(call('GetMethod', {}, ada, 'subscription')).rejects.toMatchObject({ reason: 'NOT_FOUND' });
    const added = await payments.tool('add_payment_method', { payment_token: 'pm_card_visa' }, ada);
    const { payment_method_id } = added;
    const shown = await call('GetMethod', {}, ada, 'subscription');
    expect(shown).toEqual({
      payment_method_id,
      type: 'card',
      status: 'active',
      provider_customer_id: expect.stringMatching(/^cus_/),
      provider_method_id: expect.stringMatching(/^pm_/),
    });
    expect(await call('GetMethod', { payment_method_id }, ada, 'subscription')).toEqual(shown);
    await expect(
      call('GetMethod', { payment_method_id }, { user_id: newId('usr') }, 'subscription'),
    ).rejects.toMatchObject({ reason: 'NOT_FOUND' });
    await expect(call('GetMethod', {}, ada, 'investing')).rejects.toMatchObject({
      reason: 'PERMISSION_DENIED',
    });
  });
});
