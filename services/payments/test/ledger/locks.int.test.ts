import { idToUuid, newId } from '@florin/chassis';
import type { RawSql } from '@florin/postgres';
import { until } from '@florin/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RefundRow, Unit, UnitOutcome } from '../../src/ledger/unit.js';
import { move, now, paymentUnit, startTestLedger, type TestLedger, unitOf } from '../support/ledger.js';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await startTestLedger('locks');
});
afterAll(async () => {
  await ledger.stop();
});

type Tx = Parameters<Parameters<RawSql['begin']>[1]>[0];

/** What becomes of a unit that is submitted while another transaction has locked and changes what it is decided from. */
async function lateBehind(unit: Unit, change: (tx: Tx) => Promise<unknown>): Promise<UnitOutcome> {
  let late: Promise<UnitOutcome> | undefined;
  await ledger.sql.begin(async (tx) => {
    await change(tx);
    late = ledger.writers[1].submit(unit);
    await until(async () => {
      expect(await ledger.sql`select 1 from pg_locks where not granted`).not.toEqual([]);
    });
  });
  if (late === undefined) throw new Error('nothing was submitted');
  return late;
}

async function paid(allowance_minor?: bigint) {
  const [from, to] = [await ledger.wallet(10_000n), await ledger.wallet()];
  const made = paymentUnit({ from, to, amount_minor: 100n, ...(allowance_minor && { allowance_minor }) });
  expect(await ledger.writers[0].submit(made)).toEqual({ committed: true });
  return { from, to, made };
}

it('decides about a payment on the version that its last holder left', async () => {
  const { made } = await paid();
  const row = { ...made.payment, version: 2 };
  const late = await lateBehind(
    { ...unitOf(), rows: [{ table: 'payments', row, expected_version: 1 }] },
    (tx) => tx`update payments set version = 2 where payment_id = ${idToUuid(row.payment_id, 'pay')}`,
  );
  expect(late).toMatchObject({ refusal: { reason: 'STALE' } });
});

it('decides about a refund on the version that its last holder left', async () => {
  const { made } = await paid();
  const { user_id, payment_id, currency, client_id, screening } = made.payment;
  const row: RefundRow = {
    refund_id: newId('ref'),
    payment_id,
    user_id,
    status: 'processing',
    status_reason: null,
    amount_minor: 1n,
    currency,
    reason: null,
    transfer_id: null,
    provider_id: null,
    provider_attempt: 1,
    provider_sent_at: now,
    screening,
    client_id,
    approval_id: null,
    receipt_id: newId('evt'),
    version: 1,
    due_at: null,
    due_attempts: 0,
    created_at: now,
    updated_at: now,
  };
  await ledger.writers[0].submit({ ...unitOf(), rows: [{ table: 'refunds', row, expected_version: 0 }] });
  const late = await lateBehind(
    { ...unitOf(), rows: [{ table: 'refunds', row: { ...row, version: 2 }, expected_version: 1 }] },
    (tx) => tx`update refunds set version = 2 where refund_id = ${idToUuid(row.refund_id, 'ref')}`,
  );
  expect(late).toMatchObject({ refusal: { reason: 'STALE' } });
});

it('counts what moves unscreened on top of what its last holder counted', async () => {
  const { from, to } = await paid(250n);
  const late = await lateBehind(
    paymentUnit({ from, to, amount_minor: 100n, allowance_minor: 250n }),
    (tx) =>
      tx`update unscreened_spending set spent_minor = 200 where user_id = ${idToUuid(from.user_id, 'usr')}`,
  );
  expect(late).toMatchObject({ refusal: { reason: 'UNSCREENED_ALLOWANCE', left_minor: 50n } });
});

it('pays from what the last holder of the wallet left', async () => {
  const { from, to } = await paid();
  const late = await lateBehind(
    paymentUnit({ from, to, amount_minor: 100n }),
    (tx) =>
      tx`update accounts set debits_posted_minor = 9950 where account_id = ${idToUuid(from.wallet_id, 'wal')}`,
  );
  expect(late).toMatchObject({ refusal: { reason: 'INSUFFICIENT_FUNDS', available_minor: 50n } });
});

it('takes a key for taken that somebody else was just writing', async () => {
  const [from, to] = [await ledger.wallet(10_000n), await ledger.wallet()];
  const unit = paymentUnit({ from, to, amount_minor: 100n });
  const user_id = idToUuid(from.user_id, 'usr');
  const late = await lateBehind(
    unit,
    (tx) => tx`
      insert into idempotency_keys values
        (${user_id}, 'initiate_payment', ${unit.key?.idempotency_key ?? ''}, 'hash', 'pay_other', now())`,
  );
  expect(late).toMatchObject({ refusal: { reason: 'KEY_TAKEN', object_id: 'pay_other' } });
});

it('settles nothing that the last holder of its wallets has settled', async () => {
  const [from, to] = [await ledger.wallet(100n), await ledger.wallet()];
  const hold = move({ kind: 'pending', debit: from.wallet_id, credit: to.wallet_id, amount_minor: 100n });
  await ledger.writers[0].submit(unitOf(hold));
  const accounts = [from, to].map(({ wallet_id }) => idToUuid(wallet_id, 'wal'));
  const { transfer_id: pending_id } = hold;
  const settle = { kind: 'void', transfer_id: newId('trf'), pending_id, reference: 'test' } as const;
  const late = await lateBehind(unitOf(settle), async (tx) => {
    await tx`select 1 from accounts where account_id in ${tx(accounts)} order by account_id for update`;
    await tx`
      insert into transfers (transfer_id, kind, debit_account_id, credit_account_id, amount_minor, currency, pending_id,
        reference, created_at)
      select gen_random_uuid(), 'void', debit_account_id, credit_account_id, amount_minor, currency, transfer_id,
        reference, now() from transfers where transfer_id = ${idToUuid(pending_id, 'trf')}`;
  });
  expect(late).toMatchObject({ refusal: { reason: 'ALREADY_RESOLVED' } });
});

it('locks wallets in the order of their ids, whoever pays whom, so that no two writers wait for each other', async () => {
  const wallets = await Promise.all(Array.from({ length: 6 }, () => ledger.wallet(100n)));
  const ids = wallets.map(({ wallet_id }) => wallet_id);
  const round = ids.map((debit, index) =>
    move({ debit, credit: ids[(index + 1) % ids.length] ?? '', amount_minor: 1n }),
  );
  const [first = '', ...others] = ids.map((id) => idToUuid(id, 'wal')).sort();
  let free = 0;
  let late: Promise<UnitOutcome> | undefined;
  await ledger.sql.begin(async (tx) => {
    await tx`select 1 from accounts where account_id = ${first} for update`;
    late = ledger.writers[1].submit(unitOf(...round.toReversed()));
    await until(async () => {
      expect(await ledger.sql`select 1 from pg_locks where not granted`).not.toEqual([]);
    });
    const unlocked = await ledger.sql`
      select 1 from accounts where account_id in ${ledger.sql(others)} for update skip locked`;
    free = unlocked.length;
  });
  expect(free).toBe(others.length);
  expect(await late).toEqual({ committed: true });
});
