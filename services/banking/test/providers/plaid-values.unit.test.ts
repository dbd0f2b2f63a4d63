import fc from 'fast-check';
import type { AccountBase, Transaction } from 'plaid';
import { describe, expect, it } from 'vitest';
import { toBankAccount, toReceivedTransaction } from '../../src/providers/plaid-values.js';

function transaction(over: Partial<Transaction>): Transaction {
  return {
    transaction_id: 't1',
    account_id: 'a1',
    amount: 12.34,
    iso_currency_code: 'USD',
    name: 'GREENLEAF',
    merchant_name: 'Greenleaf Market',
    date: '2026-10-01',
    pending: false,
    pending_transaction_id: null,
    personal_finance_category: { primary: 'FOOD_AND_DRINK', detailed: 'FOOD_AND_DRINK_GROCERIES' },
    ...over,
  } as Transaction;
}

describe('toReceivedTransaction', () => {
  it('turns the sign: what leaves the account is negative here', () => {
    expect(toReceivedTransaction(transaction({ amount: 12.34 }))?.amount_minor).toBe(-1_234n);
    expect(toReceivedTransaction(transaction({ amount: -0.07 }))?.amount_minor).toBe(7n);
  });

  it('loses no cent of any amount that Plaid can send', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2_000_000_000, max: 2_000_000_000 }), (cents) => {
        expect(toReceivedTransaction(transaction({ amount: cents / 100 }))?.amount_minor).toBe(
          BigInt(-cents),
        );
      }),
    );
  });

  it('keeps the decimals that the currency has', () => {
    const minor = (iso_currency_code: string, amount: number) =>
      toReceivedTransaction(transaction({ iso_currency_code, amount }))?.amount_minor;
    expect(minor('JPY', 1_200)).toBe(-1_200n);
    expect(minor('KWD', 1.234)).toBe(-1_234n);
  });

  it('leaves out what is in no currency', () => {
    expect(toReceivedTransaction(transaction({ iso_currency_code: null }))).toBeUndefined();
  });

  it('makes one bounded line of what a merchant wrote', () => {
    const received = toReceivedTransaction(
      transaction({ name: `A\u0000B\n\n\u202eC ${'x'.repeat(500)}`, merchant_name: ' \n ' }),
    );
    expect(received?.merchant).toBeNull();
    expect(received?.description).toMatch(/^A B C x+$/);
    expect(received?.description).toHaveLength(200);
  });
});

describe('toBankAccount', () => {
  it('takes what the bank does not say for unknown, not for zero', () => {
    const account = {
      account_id: 'a1',
      name: 'Checking',
      mask: null,
      type: 'depository',
      subtype: null,
      balances: { current: 110.5, available: null, iso_currency_code: 'USD' },
    } as unknown as AccountBase;
    expect(toBankAccount(account)).toMatchObject({
      mask: '',
      balance: { current_minor: 11_050n, available_minor: null },
    });
  });
});
