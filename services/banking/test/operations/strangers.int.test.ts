import { newId } from '@florin/chassis';
import { type Fault, toErrorBody } from '@florin/faults';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { offer } from '../../src/offer.js';
import {
  type BankingUnderTest,
  type LinkedPerson,
  type Person,
  startBankingUnderTest,
} from '../support/banking-under-test.js';

let banking: BankingUnderTest;
let ada: LinkedPerson;
let mallory: Person;

beforeAll(async () => {
  banking = await startBankingUnderTest('strangers');
  ada = await banking.linkedPerson();
  mallory = await banking.newPerson();
});
afterAll(() => banking.stop());

/** What the caller sees, to the byte. */
async function answer(call: Promise<unknown>): Promise<string> {
  const seen = await call.catch((failure: Fault) => toErrorBody(failure, 'req'));
  return JSON.stringify(seen);
}

/** Arguments of each tool with somebody's ids in them. One that takes no id is listed with none. */
const argumentsOf: Record<string, (ids: { account_id: string; user_id: string }) => object[]> = {
  create_link_token: ({ account_id }) => [{ account_id }],
  find_recurring_charges: ({ account_id }) => [{ account_id }],
  get_balance: ({ account_id }) => [{ account_id }],
  link_bank_account: ({ user_id }) => [{ user_id, public_token: 'public-sandbox-00000000' }],
  list_accounts: ({ user_id }) => [{ user_id }],
  refresh_bank_data: ({ account_id, user_id }) => [{ account_id }, { account_id, user_id }],
  search_transactions: ({ account_id }) => [{ account_id }],
  summarize_spending: ({ account_id }) => [
    { account_id, start_date: '2026-01-01', end_date: '2026-12-31', group_by: 'month' },
  ],
  unlink_bank_account: ({ account_id, user_id }) => [{ account_id }, { account_id, user_id }],
};

// proves: stranger-sees-none
describe('somebody else', () => {
  it.each(offer.operations.map(({ name }) => name))(
    'learns nothing from %s: real ids answer as ids never issued',
    async (name) => {
      const build = argumentsOf[name];
      if (build === undefined) throw new Error(`say in argumentsOf which ids ${name} takes`);
      for (const [, account_id] of ada.accounts) {
        const real = build({ account_id, user_id: ada.user_id });
        const never = build({ account_id: newId('acc'), user_id: newId('usr') });
        for (const [index, args] of real.entries()) {
          const seen = await answer(banking.tool(name, args, mallory));
          expect(seen).toBe(await answer(banking.tool(name, never[index], mallory)));
          expect(seen).toContain('"reason":"NOT_FOUND"');
        }
      }
    },
  );

  it.each([
    'banking://{user_id}/accounts',
    'banking://{account_id}/balance',
    'banking://{account_id}/transactions?start_date=2026-01-01',
  ])('learns nothing from %s', async (template) => {
    const [account_id = ''] = ada.accounts.values();
    const uri = (account: string, user: string) =>
      template.replace('{account_id}', account).replace('{user_id}', user);
    const seen = await answer(banking.read(uri(account_id, ada.user_id), mallory));
    expect(seen).toBe(await answer(banking.read(uri(newId('acc'), newId('usr')), mallory)));
    expect(seen).toContain('"reason":"NOT_FOUND"');
  });

  it('has changed nothing by trying', async () => {
    expect(await banking.tool('list_accounts', {}, ada)).toMatchObject({
      accounts: [...ada.accounts.values()].map((account_id) => ({ account_id, status: 'active' })),
    });
  });
});

describe('a token without the scope', () => {
  it.each(offer.operations.map(({ name }) => name))('opens nothing of %s', async (name) => {
    const reader = await banking.newPerson(['profile:read']);
    await expect(banking.tool(name, {}, reader)).rejects.toMatchObject({ reason: 'INSUFFICIENT_SCOPE' });
  });

  it('that only reads cannot write', async () => {
    const reader = await banking.newPerson(['banking:read']);
    const writes = offer.operations.filter(({ hints }) => !hints.readOnly);
    expect(writes).toHaveLength(4);
    for (const { name } of writes) {
      await expect(banking.tool(name, {}, reader), name).rejects.toMatchObject({
        reason: 'INSUFFICIENT_SCOPE',
      });
    }
  });

  it('of a service that acts for nobody finds no accounts', async () => {
    const token = await banking.issuer.sign({ sub: 'svc:payments', scopes: ['banking:read'] });
    await expect(banking.call('tool', 'list_accounts', {}, token)).rejects.toMatchObject({
      reason: 'PERMISSION_DENIED',
    });
  });
});
