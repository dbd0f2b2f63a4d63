import { Fault } from '@florin/faults';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  add,
  allocate,
  amountSchema,
  applyRate,
  compare,
  currencySchema,
  exponentOf,
  formatMoney,
  isCurrency,
  type MinorUnits,
  minorUnits,
  moneySchema,
  negate,
  parseAmount,
  parseMoney,
  subtract,
} from '../src/index.js';

const usd = (amount_minor: bigint) => minorUnits(amount_minor, 'USD');
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const anyCurrency = fc.constantFrom('USD', 'EUR', 'JPY', 'KWD', 'CLF', 'XOF', 'BHD');
const anyMoney: fc.Arbitrary<MinorUnits> = fc.record({ amount_minor: int64, currency: anyCurrency });

function refusal(run: () => unknown): Fault {
  try {
    run();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('currencies', () => {
  test.each([
    ['JPY', 0],
    ['USD', 2],
    ['KWD', 3],
    ['CLF', 4],
  ])('%s has %d decimals', (currency, exponent) => {
    expect(exponentOf(currency)).toBe(exponent);
  });

  test.each(['XAU', 'XXX', 'XTS', 'usd', 'US', 'BTC', '', 'constructor'])('%s is no currency', (code) => {
    expect(isCurrency(code)).toBe(false);
    expect(() => exponentOf(code)).toThrow('not an ISO 4217 currency');
    expect(refusal(() => parseAmount('1', code)).message).toMatch(/^currency must be an ISO 4217 code/);
  });
});

describe('between text and minor units', () => {
  test('any amount that fits in 64 bits comes back as it was', () => {
    fc.assert(
      fc.property(anyMoney, (money) => {
        expect(parseMoney(formatMoney(money))).toEqual(money);
      }),
    );
  });

  test('what is written has exactly the decimals of its currency', () => {
    fc.assert(
      fc.property(anyMoney, (money) => {
        const { amount } = formatMoney(money);
        expect(amount.split('.')[1]?.length ?? 0).toBe(exponentOf(money.currency));
        expect(moneySchema.safeParse(formatMoney(money)).success).toBe(true);
      }),
    );
  });

  test.each([
    [{ amount_minor: -5n, currency: 'KWD' }, '-0.005'],
    [{ amount_minor: 1200n, currency: 'JPY' }, '1200'],
    [{ amount_minor: 0n, currency: 'USD' }, '0.00'],
    [{ amount_minor: -(2n ** 63n), currency: 'USD' }, '-92233720368547758.08'],
  ])('%o is written %s', (money, amount) => {
    expect(formatMoney(money)).toEqual({ amount, currency: money.currency });
  });

  test.each([
    '',
    '.5',
    '1.',
    '01',
    '+1',
    '1e3',
    ' 1',
    '1,000',
    '0x1',
    '--1',
    '٣',
    '1.234',
    '9'.repeat(40),
    'NaN',
  ])('parseMoney throws for %j USD', (amount) => {
    expect(() => parseMoney({ amount, currency: 'USD' })).toThrow(Error);
  });

  test('what does not fit in 64 bits is refused, never wrapped', () => {
    expect(() => parseMoney({ amount: '92233720368547758.08', currency: 'USD' })).toThrow(RangeError);
    expect(parseMoney({ amount: '92233720368547758.07', currency: 'USD' })).toEqual(usd(2n ** 63n - 1n));
  });
});

describe('an amount that a caller sent', () => {
  test.each([
    ['12', 'USD', 1200n],
    ['12.3', 'USD', 1230n],
    ['0.01', 'USD', 1n],
    ['1200', 'JPY', 1200n],
    ['1.005', 'KWD', 1005n],
  ])('%s %s is taken', (amount, currency, amount_minor) => {
    expect(parseAmount(amount, currency)).toEqual({ amount_minor, currency });
  });

  test.each([
    ['1200.000', 'JPY', 'amount has 3 decimals; JPY has none: send "1200".'],
    ['12.5', 'JPY', 'amount has 1 decimal; JPY has none: send a whole number.'],
    ['12.340', 'USD', 'amount has 3 decimals; USD has 2: send "12.34".'],
    ['12.345', 'USD', 'amount has 3 decimals; USD has 2: send at most 2.'],
    ['0.00', 'USD', 'amount must be above zero.'],
    ['-5', 'USD', 'amount must be a decimal string such as "12.34", without sign, spaces, commas or symbol.'],
    ['$5', 'USD', 'amount must be a decimal string such as "12.34", without sign, spaces, commas or symbol.'],
    ['92233720368547758.08', 'USD', 'amount is too large: send at most "92233720368547758.07".'],
    ['9'.repeat(19), 'USD', 'amount is too large: send at most "92233720368547758.07".'],
  ])('%s %s is refused with what to send', (amount, currency, message) => {
    expect(refusal(() => parseAmount(amount, currency))).toMatchObject({
      reason: 'INVALID_ARGUMENT',
      message,
    });
  });

  test('the argument is named as the operation names it', () => {
    expect(refusal(() => parseAmount('0', 'USD', 'daily_limit')).details).toEqual({
      fields: [{ path: 'daily_limit', message: 'must be above zero.' }],
    });
  });

  test('reading never rounds: what was read, written again, has the value that was sent', () => {
    const sent = fc.tuple(
      fc.nat(),
      fc.option(fc.stringMatching(/^[0-9]{1,4}$/), { nil: undefined }),
      anyCurrency,
    );
    fc.assert(
      fc.property(sent, ([whole, fraction, currency]) => {
        const amount = fraction === undefined ? String(whole) : `${whole}.${fraction}`;
        let read: MinorUnits;
        try {
          read = parseAmount(amount, currency);
        } catch {
          return;
        }
        const written = formatMoney(read).amount;
        const strip = (text: string) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
        expect(strip(written)).toBe(strip(amount));
      }),
    );
  });
});

describe('arithmetic', () => {
  test('adds, subtracts, negates and compares in one currency', () => {
    expect(add(usd(1n), usd(2n))).toEqual(usd(3n));
    expect(subtract(usd(1n), usd(2n))).toEqual(usd(-1n));
    expect(negate(usd(1n))).toEqual(usd(-1n));
    expect([usd(3n), usd(1n), usd(2n), usd(1n)].toSorted(compare)).toEqual([
      usd(1n),
      usd(1n),
      usd(2n),
      usd(3n),
    ]);
  });

  test('two currencies in one calculation throw', () => {
    for (const calculate of [add, subtract, compare]) {
      expect(() => calculate(usd(1n), minorUnits(1n, 'EUR'))).toThrow('USD and EUR in one calculation');
    }
  });

  test('a sum beyond 64 bits throws', () => {
    expect(() => add(usd(2n ** 63n - 1n), usd(1n))).toThrow(RangeError);
    expect(() => negate(usd(-(2n ** 63n)))).toThrow(RangeError);
  });

  test.each([
    [50n, 100, 0n],
    [150n, 100, 2n],
    [250n, 100, 2n],
    [251n, 100, 3n],
    [-150n, 100, -2n],
    [-250n, 100, -2n],
    [10_000n, 250, 250n],
  ])('%d minor units at %d bps are %d: halves go to the even side', (amount_minor, rate_bps, expected) => {
    expect(applyRate(usd(amount_minor), rate_bps)).toEqual(usd(expected));
  });

  test('a rate is never off by more than half a minor unit, and treats both signs alike', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
        fc.nat({ max: 20_000 }),
        (amount_minor, bps) => {
          const rated = applyRate(usd(amount_minor), bps).amount_minor;
          const off = rated * 10_000n - amount_minor * BigInt(bps);
          expect(off <= 5_000n && off >= -5_000n).toBe(true);
          expect(applyRate(usd(-amount_minor), bps).amount_minor).toBe(-rated);
        },
      ),
    );
  });
});

describe('allocation', () => {
  const weights = fc
    .array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 20 })
    .filter((list) => list.some((weight) => weight > 0n));

  test('loses no minor unit, and no part is a whole unit from its exact share', () => {
    fc.assert(
      fc.property(anyMoney, weights, (money, list) => {
        const parts = allocate(money, list).map(({ amount_minor }) => amount_minor);
        const total = list.reduce((sum, weight) => sum + weight, 0n);
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(money.amount_minor);
        for (const [index, part] of parts.entries()) {
          const off = part * total - money.amount_minor * (list[index] ?? 0n);
          expect(off < total && off > -total).toBe(true);
        }
      }),
    );
  });

  test('a part without weight gets nothing, and a negative whole divides as its positive does', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), weights, (amount_minor, list) => {
        const parts = allocate(usd(amount_minor), list);
        for (const [index, part] of parts.entries()) if (list[index] === 0n) expect(part).toEqual(usd(0n));
        expect(allocate(usd(-amount_minor), list)).toEqual(parts.map(negate));
      }),
    );
  });

  test('the largest remainder gets the cent, and the earlier part among equals', () => {
    expect(allocate(usd(100n), [1n, 1n, 1n])).toEqual([usd(34n), usd(33n), usd(33n)]);
    expect(allocate(usd(101n), [1n, 2n, 3n])).toEqual([usd(17n), usd(34n), usd(50n)]);
  });

  test.each([[[]], [[0n, 0n]], [[2n, -1n]]])('weights %o throw', (list) => {
    expect(() => allocate(usd(1n), list)).toThrow('weights must not be negative');
  });
});

describe('schemas', () => {
  test('publish as JSON Schema with description, pattern and example', () => {
    expect(z.toJSONSchema(amountSchema)).toMatchObject({
      type: 'string',
      pattern: expect.any(String),
      description: expect.any(String),
      examples: ['12.34'],
    });
    expect(z.toJSONSchema(moneySchema)).toMatchObject({
      additionalProperties: false,
      required: ['amount', 'currency'],
      properties: { currency: { pattern: '^[A-Z]{3}$' } },
    });
  });

  test('name what is wrong once', () => {
    expect(currencySchema.safeParse('usd').error?.issues.map(({ message }) => message)).toEqual([
      'must be an ISO 4217 code in capitals such as "USD"',
    ]);
    expect(currencySchema.safeParse('ZZZ').error?.issues).toHaveLength(1);
    expect(amountSchema.safeParse('1,200.00').success).toBe(false);
  });
});
