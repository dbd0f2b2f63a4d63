import { createLogger } from '@florin/chassis';
import type { Fault } from '@florin/faults';
import { createDatabase } from '@florin/postgres';
import { exportedRows, personalExport, until } from '@florin/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkLedger } from '../../src/ledger/check-ledger.js';
import {
  type PaymentsUnderTest,
  type Person,
  startPaymentsUnderTest,
  toUuid,
} from '../support/payments-under-test.js';

let payments: PaymentsUnderTest;
let ada: Person;
let ben: Person;

beforeAll(async () => {
  payments = await startPaymentsUnderTest('payments_privacy');
  ada = await payments.newPerson(10_000n);
  ben = await payments.newPerson();
  await payments.tool('add_payment_method', { payment_token: 'pm_card_visa' }, ada);
  await payments.pay(
    { source_id: ada.wallet_id, destination_id: ben.wallet_id, amount: '5.00', description: 'For Ben' },
    ada,
  );
});
afterAll(() => payments.stop());

const exported = async (claims: { sub: string; on_behalf_of?: string }) =>
  personalExport(payments.grpc_address, await payments.issuer.sign(claims));

describe('florin.privacy.v1.PersonalData', () => {
  it('exports wallets, methods, payments and refunds, from the side of the person', async () => {
    const own = await exported({ sub: 'svc:identity', on_behalf_of: ada.user_id });
    expect(exportedRows(own, 'wallets')).toMatchObject([
      { wallet_id: ada.wallet_id, balance: { amount: '95.00', currency: 'USD' } },
    ]);
    expect(exportedRows(own, 'payment_methods')).toMatchObject([
      { type: 'card', last4: '4242', status: 'active' },
    ]);
    expect(exportedRows(own, 'payments')).toMatchObject([
      { direction: 'out', source_id: ada.wallet_id, description: 'For Ben' },
    ]);
    const theirs = exportedRows(
      await exported({ sub: 'svc:identity', on_behalf_of: ben.user_id }),
      'payments',
    );
    expect(theirs).toMatchObject([{ direction: 'in', destination_id: ben.wallet_id }]);
    expect(JSON.stringify(theirs)).not.toContain(ada.wallet_id);
  });

  it('exports no id by which the provider knows somebody, and to identity alone', async () => {
    const parts = await exported({ sub: 'svc:identity', on_behalf_of: ada.user_id });
    const [customer] = await payments.sql<{ provider_customer_id: string }[]>`select * from customers`;
    const [method] = await payments.sql<{ provider_method_id: string; fingerprint: string }[]>`
      select * from payment_methods`;
    const text = parts.map(({ json }) => String(json)).join();
    for (const secret of [customer?.provider_customer_id, method?.provider_method_id, method?.fingerprint]) {
      expect(secret).toBeTruthy();
      expect(text).not.toContain(secret);
    }
    await expect(exported({ sub: 'svc:banking', on_behalf_of: ada.user_id })).rejects.toSatisfy(
      (error: Fault) => error.reason === 'PERMISSION_DENIED',
    );
  });
});

describe('who deletes their account', () => {
  it('loses what describes them; the book stays, and money that is left waits in a frozen wallet', async () => {
    await payments.sql`
      insert into erasures (user_id, requested_at, due_at)
      select id, ${payments.clock.now()}, ${payments.clock.now()}
      from unnest(${[toUuid(ada.user_id), toUuid(ben.user_id)]}::uuid[]) as id`;
    await until(async () => {
      const erased = await payments.sql`select 1 from erasures where erased_at is not null`;
      expect(erased).toHaveLength(2);
    });
    expect(await payments.sql`select 1 from payment_methods`).toEqual([]);
    expect(await payments.sql`select description from payments`).toEqual([{ description: null }]);
    const wallets = await payments.sql`
      select status from accounts where purpose = 'wallet' order by credits_posted_minor desc`;
    expect(wallets).toEqual([{ status: 'frozen' }, { status: 'frozen' }]);
    const logger = createLogger({ name: 'test', level: 'silent' });
    const database = createDatabase({ url: payments.database.url, application_name: 'check', logger });
    expect(await checkLedger(database.sql)).toEqual([]);
    await database.close();
  });

  it('has an empty wallet closed', async () => {
    const eve = await payments.newPerson();
    await payments.sql`
      insert into erasures (user_id, requested_at, due_at)
      values (${toUuid(eve.user_id)}, ${payments.clock.now()}, ${payments.clock.now()})`;
    await until(async () => {
      const [wallet] =
        await payments.sql`select status from accounts where account_id = ${toUuid(eve.wallet_id)}`;
      expect(wallet).toEqual({ status: 'closed' });
    });
  });
});
