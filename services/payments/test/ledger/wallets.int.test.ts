import { newId } from '@florin/chassis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWalletReader, openWallet, walletsOf } from '../../src/ledger/wallets.js';
import { move, now, paymentUnit, startTestLedger, type TestLedger, unitOf } from '../support/ledger.js';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await startTestLedger('wallets');
});
afterAll(() => ledger.stop());

it('opens one wallet per person and currency, however many ask at once', async () => {
  const user_id = newId('usr');
  const open = (currency: string) => openWallet(ledger.sql, { user_id, currency, now });
  const opened = await Promise.all([open('USD'), open('USD'), open('EUR'), open('USD')]);
  expect(new Set(opened.map(({ wallet_id }) => wallet_id)).size).toBe(2);
  expect((await walletsOf(ledger.sql, user_id)).map(({ currency }) => currency).sort()).toEqual([
    'EUR',
    'USD',
  ]);
});

it('shows what a wallet holds, what of it is reserved, and what is left', async () => {
  const [from, to] = [await ledger.wallet(100n), await ledger.wallet()];
  const hold = move({ kind: 'pending', debit: from.wallet_id, credit: to.wallet_id, amount_minor: 30n });
  await ledger.writers[0].submit(unitOf(hold));
  const reader = createWalletReader(ledger.sql);
  expect(await reader.byId(from.wallet_id)).toMatchObject({
    ...from,
    currency: 'USD',
    status: 'open',
    balance_minor: 100n,
    reserved_minor: 30n,
    available_minor: 70n,
  });
  expect(await reader.byId(to.wallet_id)).toMatchObject({ balance_minor: 0n, available_minor: 0n });
});

it('answers each of many calls with its own', async () => {
  const reader = createWalletReader(ledger.sql);
  const wallets = await Promise.all([1n, 2n, 3n].map((minor) => ledger.wallet(minor)));
  const [from, to] = wallets;
  if (from === undefined || to === undefined) throw new Error('no wallets');
  await ledger.writers[0].submit(paymentUnit({ from, to, amount_minor: 1n }));
  const [byId, ofUser, missing, known, unknown, otherCurrency] = await Promise.all([
    Promise.all(wallets.map(({ wallet_id }) => reader.byId(wallet_id))),
    Promise.all(wallets.map(({ user_id }) => reader.ofUser(user_id, 'USD'))),
    reader.byId(newId('wal')),
    reader.isKnownPayee(from.user_id, to.wallet_id),
    reader.isKnownPayee(to.user_id, from.wallet_id),
    reader.ofUser(from.user_id, 'EUR'),
  ]);
  expect(byId.map((wallet) => wallet?.wallet_id)).toEqual(wallets.map(({ wallet_id }) => wallet_id));
  expect(ofUser).toEqual(byId);
  expect([missing, known, unknown, otherCurrency]).toEqual([undefined, true, false, undefined]);
});

it('never gives a house account for a wallet', async () => {
  const [house] = await ledger.sql<{ id: string }[]>`
    select count(*) as id from accounts where purpose <> 'wallet'`;
  expect(Number(house?.id)).toBeGreaterThan(0);
  const { user_id, wallet_id } = await ledger.wallet();
  const owed = move({ debit: { house: 'receivable', user_id }, credit: wallet_id, amount_minor: 5n });
  await ledger.writers[0].submit(unitOf(owed));
  const wallets = await walletsOf(ledger.sql, user_id);
  expect(wallets).toMatchObject([{ wallet_id, balance_minor: 5n }]);
});

it('freezes a wallet in the unit that takes from it, and closes an empty one', async () => {
  const [writer] = ledger.writers;
  const [wallet, other] = [await ledger.wallet(10n), await ledger.wallet()];
  const { wallet_id: account_id } = wallet;
  const take = () => move({ debit: account_id, credit: other.wallet_id, amount_minor: 4n });
  const freeze = { ...unitOf(take()), account_status: [{ account_id, status: 'frozen' as const }] };
  expect(await writer.submit(freeze)).toEqual({ committed: true });
  expect(await writer.submit(unitOf(take()))).toMatchObject({ refusal: { reason: 'ACCOUNT_FROZEN' } });
  const close = { ...unitOf(), account_status: [{ account_id, status: 'closed' as const }] };
  expect(await writer.submit(close)).toMatchObject({ refusal: { reason: 'ACCOUNT_NOT_EMPTY' } });
});
