import { minorUnits } from '@florin/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadConfig, moneyConfig, unscreenedAllowance, whyAsk } from '../../src/index.js';

const { APPROVAL_LIMITS, UNSCREENED_LIMITS } = loadConfig(moneyConfig, {});
const total = (amount_minor: bigint, currency = 'USD') => minorUnits(amount_minor, currency);

describe('the person', () => {
  it('is asked above the limit, and above a lower one for a payee never paid before', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 100_000n }),
        fc.constantFrom(undefined, true, false),
        (amount_minor, known) => {
          const payee = known === undefined ? undefined : { known };
          const isAsked = whyAsk(APPROVAL_LIMITS, { total: total(amount_minor), payee }) !== undefined;
          expect(isAsked).toBe(amount_minor > (known === false ? 5_000n : 25_000n));
        },
      ),
    );
  });

  it('is asked for any amount in a currency without limits', () => {
    expect(whyAsk(APPROVAL_LIMITS, { total: total(1n, 'CHF') })).toBe('in CHF, for which no limit is set');
  });

  it('is asked for any amount where the operation, the limits of the agent or fraud say so', () => {
    const small = { total: total(1n), payee: { known: true } };
    expect(whyAsk(APPROVAL_LIMITS, small)).toBeUndefined();
    expect(whyAsk(APPROVAL_LIMITS, { ...small, always_ask: 'a new account' })).toBe('a new account');
    expect(whyAsk(APPROVAL_LIMITS, { ...small, exceeded: 'At most 5.' })).toBe('At most 5.');
    expect(whyAsk(APPROVAL_LIMITS, { ...small, challenged: true })).toContain('fraud');
  });
});

describe('without screening', () => {
  it('small amounts pass within an allowance, and none in other currencies', () => {
    expect(unscreenedAllowance(UNSCREENED_LIMITS, total(5_000n))).toBe(20_000n);
    expect(() => unscreenedAllowance(UNSCREENED_LIMITS, total(5_001n))).toThrow(
      'at most 50.00 USD at a time',
    );
    expect(() => unscreenedAllowance(UNSCREENED_LIMITS, total(1n, 'JPY'))).toThrow('nothing in JPY may move');
  });
});

describe('the configuration of money', () => {
  it('is in amounts as people write them, with the decimals of each currency', () => {
    const config = loadConfig(moneyConfig, { APPROVAL_LIMITS: 'JPY=40000/8000, KWD=75.500/15' });
    expect([...config.APPROVAL_LIMITS]).toEqual([
      ['JPY', [40_000n, 8_000n]],
      ['KWD', [75_500n, 15_000n]],
    ]);
  });

  it.each([
    'USD',
    'USD=250.00',
    'USD=250.00/50.001',
    'JPY=1.5/1',
    'ABC=1/1',
    'USD=-1/1',
    'usd=1/1',
    'USD=1/1;EUR=1/1',
  ])('refuses %s, by name', (text) => {
    expect(() => loadConfig(moneyConfig, { UNSCREENED_LIMITS: text })).toThrow(
      'UNSCREENED_LIMITS: must be two amounts',
    );
  });

  it('needs no fraud service, and wants a usable address of one', () => {
    expect(loadConfig(moneyConfig, {}).FRAUD_ADDRESS).toBeUndefined();
    expect(() => loadConfig(moneyConfig, { FRAUD_ADDRESS: 'fraud' })).toThrow(
      'FRAUD_ADDRESS: must be host:port',
    );
  });
});
