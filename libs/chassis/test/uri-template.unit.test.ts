import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseUriTemplate } from '../src/index.js';

const transactions = parseUriTemplate('banking://{account_id}/transactions{?start_date,end_date,page_token}');

describe('URI templates', () => {
  it('lists the variables of path and query', () => {
    expect(transactions.variables).toEqual(['account_id', 'start_date', 'end_date', 'page_token']);
  });

  it('gives the values of a URI, decoded', () => {
    expect(transactions.match('banking://acc_1/transactions?start_date=2026-01-01&page_token=a%2Fb')).toEqual(
      {
        account_id: 'acc_1',
        start_date: '2026-01-01',
        page_token: 'a/b',
      },
    );
    expect(transactions.match('banking://acc_1/transactions')).toEqual({ account_id: 'acc_1' });
  });

  it('keeps an unknown query name, so that the schema can refuse it by name', () => {
    expect(transactions.match('banking://acc_1/transactions?since=2026')).toMatchObject({ since: '2026' });
  });

  it('takes a query only where the template has one', () => {
    expect(
      parseUriTemplate('banking://{account_id}/balance').match('banking://acc_1/balance?x=1'),
    ).toBeUndefined();
  });

  it.each([
    'banking://acc_1',
    'banking:///transactions',
    'banking://acc_1/more/transactions',
    'payments://acc_1/transactions',
    'banking://acc_1/transactions#part',
  ])('does not match %s', (uri) => {
    expect(transactions.match(uri)).toBeUndefined();
  });

  it('gives back whatever value was encoded into the URI', () => {
    const value = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' });
    fc.assert(
      fc.property(value, value, (account_id, start_date) => {
        const uri = `banking://${encodeURIComponent(account_id)}/transactions?${new URLSearchParams({ start_date })}`;
        expect(transactions.match(uri)).toEqual({ account_id, start_date });
      }),
    );
  });

  it('answers within its bound whatever it is given', () => {
    fc.assert(fc.property(fc.string({ maxLength: 4_000 }), (uri) => void transactions.match(uri)));
  });
});
