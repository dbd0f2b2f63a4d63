import { type MinorUnits, minorUnits } from './money.js';

// Two currencies in one sum are a mistake in the program, never in what somebody sent: these throw plain errors.

export function add(a: MinorUnits, b: MinorUnits): MinorUnits {
  return minorUnits(a.amount_minor + b.amount_minor, sameCurrency(a, b));
}

export function subtract(a: MinorUnits, b: MinorUnits): MinorUnits {
  return minorUnits(a.amount_minor - b.amount_minor, sameCurrency(a, b));
}

export function negate({ amount_minor, currency }: MinorUnits): MinorUnits {
  return minorUnits(-amount_minor, currency);
}

/** Below 0 where `a` is less than `b`, 0 where they are equal, above 0 where it is more: as `toSorted` takes it. */
export function compare(a: MinorUnits, b: MinorUnits): -1 | 0 | 1 {
  sameCurrency(a, b);
  if (a.amount_minor === b.amount_minor) return 0;
  return a.amount_minor < b.amount_minor ? -1 : 1;
}

/**
 * `rate_bps` hundredths of a percent of `money`, rounded half to even (IEEE 754 roundTiesToEven), so that many
 * roundings do not drift in one direction.
 * @param rate_bps whole basis points: 250 is 2.5 %
 */
export function applyRate(money: MinorUnits, rate_bps: number): MinorUnits {
  return minorUnits(divideHalfEven(money.amount_minor * BigInt(rate_bps), 10_000n), money.currency);
}

function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const remainder = numerator % denominator;
  const twice = 2n * (remainder < 0n ? -remainder : remainder);
  const away = twice > denominator || (twice === denominator && quotient % 2n !== 0n);
  if (!away) return quotient;
  return numerator < 0n ? quotient - 1n : quotient + 1n;
}

function sameCurrency(a: MinorUnits, b: MinorUnits): string {
  if (a.currency !== b.currency) throw new Error(`${a.currency} and ${b.currency} in one calculation`);
  return a.currency;
}
