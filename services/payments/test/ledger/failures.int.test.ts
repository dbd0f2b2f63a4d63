import { createDatabase } from '@florin/postgres';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { checkLedger } from '../../src/ledger/check-ledger.js';
import { createLedgerWriter } from '../../src/ledger/writer.js';
import { type Cut, startCuttingProxy } from '../support/cutting-proxy.js';
import {
  balancesOf,
  move,
  paymentUnit,
  silent,
  startTestLedger,
  type TestLedger,
  type TestWallet,
  unitOf,
} from '../support/ledger.js';

let ledger: TestLedger;
let from: TestWallet;
let to: TestWallet;
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  ledger = await startTestLedger('failures');
  from = await ledger.wallet(1_000_000n);
  to = await ledger.wallet();
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});
afterAll(async () => {
  expect(await checkLedger(ledger.sql)).toEqual([]);
  await ledger.stop();
});

/** A writer behind a proxy that cuts its first commit. */
async function writerCutAt(cut: Cut, outcome_timeout_ms = 20_000) {
  const proxy = await startCuttingProxy(ledger.url);
  const database = createDatabase({ url: proxy.url, application_name: 'cut', max: 2, logger: silent });
  const writer = createLedgerWriter({ sql: database.sql, logger: silent, outcome_timeout_ms });
  ends.push(
    () => writer.stop(),
    () => database.sql.end({ timeout: 0 }),
    () => proxy.stop(),
  );
  proxy.cutNext(cut);
  return writer;
}

const isThere = async (payment_id: string) =>
  (await ledger.sql`select 1 from idempotency_keys where object_id = ${payment_id}`).length === 1;

// proves: commit-never-lost
it('answers committed where the answer to the commit was lost', async () => {
  const writer = await writerCutAt('answer');
  const units = [10n, 20n, 10n ** 12n].map((amount_minor) => paymentUnit({ from, to, amount_minor }));
  const outcomes = await Promise.all(units.map((unit) => writer.submit(unit)));
  expect(outcomes).toMatchObject([
    { committed: true },
    { committed: true },
    { refusal: { reason: 'INSUFFICIENT_FUNDS' } },
  ]);
  const there = await Promise.all(units.map(({ payment }) => isThere(payment.payment_id)));
  expect(there).toEqual([true, true, false]);
});

it('answers UNAVAILABLE where the commit never arrived, has written nothing, and goes on', async () => {
  const writer = await writerCutAt('commit');
  const unit = paymentUnit({ from, to, amount_minor: 10n });
  await expect(writer.submit(unit)).rejects.toMatchObject({ reason: 'UNAVAILABLE', details: undefined });
  expect(await isThere(unit.payment.payment_id)).toBe(false);
  expect(await writer.submit(unit)).toEqual({ committed: true });
});

it('says that the outcome is unknown where nobody can be asked, and knows it by the key later', async () => {
  const writer = await writerCutAt('all', 1_000);
  const unit = paymentUnit({ from, to, amount_minor: 10n });
  await expect(writer.submit(unit)).rejects.toMatchObject({
    reason: 'UNAVAILABLE',
    details: { outcome: 'unknown' },
  });
  const again = await ledger.writers[0].submit(unit);
  expect(again).toMatchObject({ refusal: { reason: 'KEY_TAKEN', object_id: unit.payment.payment_id } });
});

it('runs the units of a failed batch one by one, and fails the one alone that fails it', async () => {
  const [writer] = ledger.writers;
  const poison = paymentUnit({ from, to, amount_minor: 10n });
  const row = { ...poison.payment, description: 'no\0text' };
  const results = await Promise.allSettled([
    writer.submit(paymentUnit({ from, to, amount_minor: 10n })),
    writer.submit({ ...poison, rows: [{ table: 'payments', row, expected_version: 0 }] }),
    writer.submit(paymentUnit({ from, to, amount_minor: 10n })),
  ]);
  expect(results).toMatchObject([
    { value: { committed: true } },
    { status: 'rejected' },
    { value: { committed: true } },
  ]);
  expect(await isThere(poison.payment.payment_id)).toBe(false);
});

it('refuses ids that were used before', async () => {
  const [writer] = ledger.writers;
  const used = move({ debit: from.wallet_id, credit: to.wallet_id, amount_minor: 1n });
  await writer.submit(unitOf(used));
  const made = paymentUnit({ from, to, amount_minor: 1n });
  await writer.submit(made);
  const { key: _, ...withoutKey } = made;
  const [transfer, payment, other] = await Promise.all([
    writer.submit(unitOf(used)),
    writer.submit({ ...withoutKey, commands: [], events: [] }),
    writer.submit(paymentUnit({ from, to, amount_minor: 1n })),
  ]);
  expect(transfer).toMatchObject({ refusal: { reason: 'TRANSFER_EXISTS' } });
  expect(payment).toMatchObject({ refusal: { reason: 'STALE', id: made.payment.payment_id } });
  expect(other).toEqual({ committed: true });
});

it('throws at once what is no unit', async () => {
  const [writer] = ledger.writers;
  const made = paymentUnit({ from, to, amount_minor: 1n });
  const rows = [{ table: 'payments' as const, row: made.payment, expected_version: 4 }];
  await expect(writer.submit({ ...made, rows })).rejects.toThrow('version 1 does not follow 4');
  await expect(
    writer.submit(unitOf(move({ debit: 'acc_x', credit: to.wallet_id, amount_minor: 1n }))),
  ).rejects.toThrow('not a wal_ id');
});

// proves: book-append-only
it('takes entries and transfers in once: they are neither changed nor removed', async () => {
  const sql = postgres(ledger.owner_url, { max: 1, onnotice: () => undefined });
  ends.push(() => sql.end());
  for (const table of ['entries', 'transfers']) {
    for (const text of [
      `update ${table} set created_at = now()`,
      `delete from ${table}`,
      `truncate ${table}`,
      `delete from ${table} where false`,
    ]) {
      await expect(sql.unsafe(text), text).rejects.toThrow(`${table} is append-only`);
    }
  }
});

it('commits what was submitted before it stops, and takes nothing after', async () => {
  const writer = createLedgerWriter({ sql: ledger.sql, logger: silent });
  const before = await balancesOf(ledger.sql, to.wallet_id);
  const submitted = Promise.all(
    Array.from({ length: 300 }, () => writer.submit(paymentUnit({ from, to, amount_minor: 1n }))),
  );
  let isDone = false;
  void submitted.then(() => {
    isDone = true;
  });
  await writer.stop();
  // The connections end next.
  expect(isDone).toBe(true);
  const late = writer.submit(paymentUnit({ from, to, amount_minor: 1n }));
  await expect(late).rejects.toMatchObject({ reason: 'UNAVAILABLE' });
  expect((await submitted).every(({ committed }) => committed)).toBe(true);
  const after = await balancesOf(ledger.sql, to.wallet_id);
  expect(after?.balance_minor).toBe((before?.balance_minor ?? 0n) + 300n);
});

it('lets no more than 4,096 units wait, refuses the next at once, and commits those that wait', async () => {
  const [writer] = ledger.writers;
  const waiting = Array.from({ length: 4_096 }, () => writer.submit(unitOf()));
  await expect(writer.submit(unitOf())).rejects.toMatchObject({ reason: 'RESOURCE_EXHAUSTED' });
  const outcomes = await Promise.all(waiting);
  expect(outcomes.filter(({ committed }) => !committed)).toEqual([]);
  expect(await writer.submit(unitOf())).toEqual({ committed: true });
});
