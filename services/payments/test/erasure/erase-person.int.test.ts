import { randomUUID } from 'node:crypto';
import { createLogger } from '@florin/chassis';
import { createDatabase, type Database } from '@florin/postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { erasePerson } from '../../src/erasure/erase-person.js';
import { createLedgerWriter } from '../../src/ledger/writer.js';
import { createStripe } from '../../src/providers/stripe.js';
import {
  type PaymentsUnderTest,
  type Person,
  startPaymentsUnderTest,
  toUuid,
} from '../support/payments-under-test.js';

const logger = createLogger({ name: 'test', level: 'silent' });
let payments: PaymentsUnderTest;
let database: Database;
let erase: (person: Person) => Promise<void>;

beforeAll(async () => {
  payments = await startPaymentsUnderTest('erasure');
  const { now } = payments.clock;
  database = createDatabase({ url: payments.database.url, application_name: 'erasure', logger });
  const { db, sql } = database;
  const provider = createStripe({
    secret_key: 'sk_test_florin_local',
    webhook_secrets: ['whsec_florin_local'],
    base_url: payments.sandbox.stripe_url,
    public_url: payments.url,
    now,
  });
  const deps = { db, sql, writer: createLedgerWriter({ sql, logger }), provider };
  erase = ({ user_id }) => erasePerson(deps, user_id, now());
});
afterAll(async () => {
  await database?.close();
  await payments?.stop();
});

const wallet = async ({ wallet_id }: Person) => {
  const [row] = await payments.sql`select status from accounts where account_id = ${toUuid(wallet_id)}`;
  return row?.status;
};

async function payWithText(from: Person, to: Person): Promise<string> {
  const args = { source_id: from.wallet_id, destination_id: to.wallet_id, amount: '10.00' };
  const { payment_id } = await payments.pay({ ...args, description: 'For Lea' }, from);
  const reason = { payment_id, amount: '1.00', reason: 'Lea was ill', idempotency_key: randomUUID() };
  await payments.tool('process_refund', reason, to);
  return String(payment_id);
}

it('takes what somebody wrote and paid with, and leaves the book, however often it is done', async () => {
  const [lea, ben] = [await payments.newPerson(10_000n), await payments.newPerson(5_000n)];
  const paid = await payWithText(lea, ben);
  const received = await payWithText(ben, lea);
  await payments.tool('add_payment_method', { payment_token: 'pm_card_visa' }, lea);
  for (let time = 0; time < 2; time++) await erase(lea);

  const rows = await payments.sql`
    select payments.payment_id, description, reason from payments join refunds using (payment_id)
    where payment_id = any(${[paid, received].map(toUuid)})`;
  const textsOf = (payment_id: string) => rows.find((row) => row.payment_id === toUuid(payment_id));
  expect(textsOf(paid)).toMatchObject({ description: null, reason: 'Lea was ill' });
  expect(textsOf(received)).toMatchObject({ description: 'For Lea', reason: null });
  expect(await payments.sql`select 1 from payment_methods where user_id = ${toUuid(lea.user_id)}`).toEqual(
    [],
  );
  expect(await wallet(lea)).toBe('frozen');
  expect((await payments.funds(lea))[0]).toBe(10_000n);
  expect(await payments.contradictions()).toEqual([]);
});

it('closes a wallet without money, so that nobody pays into it', async () => {
  const [lea, ben] = [await payments.newPerson(), await payments.newPerson(1_000n)];
  await erase(lea);
  expect(await wallet(lea)).toBe('closed');
  const late = payments.pay({ source_id: ben.wallet_id, destination_id: lea.wallet_id, amount: '1.00' }, ben);
  await expect(late).rejects.toMatchObject({ reason: 'WALLET_CLOSED' });
});
