import { idToUuid, newId } from '@florin/chassis';
import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkLedger } from '../../src/ledger/check-ledger.js';
import { move, startTestLedger, type TestLedger, type TestWallet, unitOf } from '../support/ledger.js';

let ledger: TestLedger;
/** May change what nobody may. */
let owner: Sql;
let from: TestWallet;
let to: TestWallet;

beforeAll(async () => {
  ledger = await startTestLedger('check_ledger');
  owner = postgres(ledger.owner_url, { max: 1, onnotice: () => undefined });
  for (const table of ['entries', 'transfers']) await owner`alter table ${owner(table)} disable trigger user`;
  await owner`alter table accounts drop constraint accounts_limit`;
  [from, to] = [await ledger.wallet(1_000n), await ledger.wallet()];
});
afterAll(async () => {
  await owner.end();
  await ledger.stop();
});

const submit = async (...commands: Parameters<typeof unitOf>) => {
  expect(await ledger.writers[0].submit(unitOf(...commands))).toEqual({ committed: true });
};
const kindsFound = async () => [...new Set((await checkLedger(ledger.sql)).map(({ kind }) => kind))].sort();

/** Tampers, looks, and takes it back. */
async function kindsAfter(tamper: (tx: Sql) => Promise<unknown>): Promise<string[]> {
  let found: string[] = [];
  const undo = new Error('undo');
  const tampered = owner.begin(async (tx) => {
    await tamper(tx as unknown as Sql);
    found = [...new Set((await checkLedger(tx as never)).map(({ kind }) => kind))].sort();
    throw undo;
  });
  await expect(tampered).rejects.toBe(undo);
  return found;
}

it('finds nothing in a book that the writer has written', async () => {
  const hold = move({ kind: 'pending', debit: from.wallet_id, credit: to.wallet_id, amount_minor: 100n });
  const paid = move({ debit: from.wallet_id, credit: to.wallet_id, amount_minor: 50n });
  await submit(hold, paid);
  await submit({
    kind: 'post',
    transfer_id: newId('trf'),
    pending_id: hold.transfer_id,
    amount_minor: 40n,
    reference: 'test',
  });
  await submit({
    kind: 'reversal',
    transfer_id: newId('trf'),
    reverses_id: paid.transfer_id,
    reference: 'test',
  });
  await submit(move({ kind: 'pending', debit: from.wallet_id, credit: to.wallet_id, amount_minor: 7n }));
  expect(await kindsFound()).toEqual([]);
});

it.each<[string, string[], (tx: Sql) => Promise<unknown>]>([
  [
    'a balance that was changed',
    ['balance_differs'],
    (tx) => tx`update accounts set credits_posted_minor = credits_posted_minor + 1 where user_id is not null`,
  ],
  [
    'an entry that is gone',
    ['balance_differs', 'currency_unbalanced', 'transfer_not_entered'],
    (tx) =>
      tx`delete from entries where entry_id = (select max(entry_id) from entries where posted_minor > 0)`,
  ],
  [
    'an entry too many',
    ['balance_differs', 'currency_unbalanced', 'transfer_not_entered'],
    (tx) => tx`
      insert into entries (transfer_id, account_id, side, posted_minor, pending_minor, created_at)
      select transfer_id, account_id, side, posted_minor, pending_minor, created_at from entries
      where posted_minor > 0 limit 1`,
  ],
  [
    'two entries of another amount',
    ['balance_differs', 'transfer_not_entered'],
    (tx) => tx`
      update entries set posted_minor = posted_minor + 1
      where transfer_id = (select transfer_id from transfers where kind = 'single' limit 1)`,
  ],
  [
    'a wallet below its limit',
    ['limit_passed'],
    (tx) => tx`update accounts set min_available_minor = 100000`,
  ],
  [
    'a post of more than was pending',
    ['resolved_wrongly', 'transfer_not_entered'],
    (tx) => tx`update transfers set amount_minor = 101 where kind = 'post'`,
  ],
  [
    'a reversal of nothing',
    ['resolved_wrongly'],
    (tx) => tx`
      update transfers set reverses_id = ${idToUuid(newId('trf'), 'trf')} where kind = 'reversal'`,
  ],
])('finds %s', async (_, kinds, tamper) => {
  expect(await kindsAfter(tamper)).toEqual(kinds);
});
