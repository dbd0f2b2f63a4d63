import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsCardNumber, refuseCardNumbers } from '../../src/guard/card-number.js';
import { newId } from '../../src/index.js';

/** Test numbers that the networks and Stripe publish. */
const published = [
  '4242424242424242',
  '4000056655665556',
  '4222222222222',
  '5555555555554444',
  '2223003122003222',
  '378282246310005',
  '6011111111111117',
  '3056930009020004',
  '36227206271667',
  '6205500000000000004',
];

/** With the check digit that ISO/IEC 7812-1 asks for. */
function withCheckDigit(digits: string): string {
  for (let check = 0; check < 10; check++) {
    const sum = [...`${digits}${check}`].reverse().reduce((total, digit, index) => {
      const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
      return total + (value > 9 ? value - 9 : value);
    }, 0);
    if (sum % 10 === 0) return `${digits}${check}`;
  }
  throw new Error('every number has a check digit');
}

const cardNumber = fc
  .tuple(
    fc.constantFrom('3', '4', '5', '6', '22', '27', '81'),
    fc.array(fc.nat(9), { minLength: 12, maxLength: 16 }),
  )
  .map(([start, rest]) => withCheckDigit(start + rest.join('')));

/** Around a number: nothing that makes it a longer one. */
const around = fc.constantFrom('', 'card: ', 'pay with ', 'note ', '\n', '"', 'exp 12/29 ', 'x', 'card_');

const seen = (number: string, separator: string) => {
  const groups = number.match(/.{1,4}/g) ?? [];
  return groups.join(separator);
};

describe('a card number', () => {
  it.each(published)('%s is seen, in groups too', (number) => {
    expect(holdsCardNumber(number)).toBe(true);
    expect(holdsCardNumber(seen(number, ' '))).toBe(true);
    expect(holdsCardNumber(seen(number, '-'))).toBe(true);
    expect(holdsCardNumber(seen(number, '\u00a0'))).toBe(true);
    expect(holdsCardNumber(`12 ${seen(number, ' ')} 2029`)).toBe(true);
  });

  // proves: no-card-numbers
  it('is refused wherever it stands in the input, and not repeated', () => {
    fc.assert(
      fc.property(
        cardNumber,
        around,
        around,
        fc.constantFrom('', ' ', '-'),
        (number, before, after, separator) => {
          const text = `${before}${seen(number, separator)}${after}`;
          for (const input of [
            text,
            { note: text },
            { list: [1, [text]] },
            { deep: { a: { b: text } } },
            { [text]: 1 },
          ]) {
            const refused = (() => {
              try {
                refuseCardNumbers(input);
              } catch (error) {
                return error as Error & { reason: string };
              }
              return undefined;
            })();
            expect(refused?.reason, text).toBe('CARD_NUMBER_REFUSED');
            expect(JSON.stringify({ ...refused, message: refused?.message })).not.toMatch(/\d/);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is refused as a number of JSON too', () => {
    expect(() => refuseCardNumbers({ account: 4242424242424242 })).toThrow('card number');
  });

  it('is not mistaken in what is one digit off', () => {
    fc.assert(
      fc.property(cardNumber, fc.nat(9), (number, digit) => {
        fc.pre(String(digit) !== number.at(-1));
        expect(holdsCardNumber(`${number.slice(0, -1)}${digit}`)).toBe(false);
      }),
    );
  });

  it('is not mistaken in ids, hashes, amounts, times and phone numbers', () => {
    const hex = fc.array(fc.constantFrom(...'0123456789abcdef'), { minLength: 64, maxLength: 64 });
    const digits = (minLength: number, maxLength: number) =>
      fc.array(fc.nat(9), { minLength, maxLength }).map((list) => list.join(''));
    const harmless = fc.oneof(
      fc.constant(null).map(() => newId('pay')),
      fc.constant(null).map(() => randomUUID()),
      // TypeIDs and UUIDs of digits alone, as chance may make them.
      digits(25, 25).map((suffix) => `wal_0${suffix}`),
      digits(32, 32).map((all) => all.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')),
      hex.map((list) => `a${list.join('')}`),
      fc.tuple(digits(1, 19), digits(1, 4)).map(([whole, fraction]) => `${whole}.${fraction}`),
      fc
        .date({ min: new Date('2000-01-01'), max: new Date('2090-01-01'), noInvalidDate: true })
        .map((time) => time.toISOString()),
      fc
        .date({ min: new Date('2001-10-01'), max: new Date('2032-01-01'), noInvalidDate: true })
        .map((time) => String(time.getTime())),
      digits(6, 14).map((rest) => `+4${rest}`),
      digits(1, 12),
    );
    fc.assert(
      fc.property(harmless, (text) => {
        expect(holdsCardNumber(text)).toBe(false);
        expect(() => refuseCardNumbers({ text, list: [text] })).not.toThrow();
      }),
      { numRuns: 2_000 },
    );
  });

  it('is looked for without recursion, and in time that grows with the input alone', {
    timeout: 120_000,
  }, () => {
    let deep: unknown = '4242424242424242';
    for (let level = 0; level < 100_000; level++) deep = [deep];
    expect(() => refuseCardNumbers(deep)).toThrow('card number');
    const hostile = ['1 '.repeat(400_000), '9'.repeat(800_000), '1-'.repeat(400_000), ' '.repeat(800_000)];
    const started = process.cpuUsage();
    for (const text of hostile) refuseCardNumbers({ text });
    // Of the processor's time, whatever else it does: a tenth of a second is enough.
    expect(process.cpuUsage(started).user / 1_000).toBeLessThan(10_000);
  });
});
