import { exponentOf } from './currency.js';

/** Money as data, on every wire and in every result: a decimal string with exactly the currency's decimals. */
export interface Money {
  amount: string;
  currency: string;
}

/** Money as it is stored and calculated with: whole minor units (cents, yen, fils) that fit in a signed 64-bit column. */
export interface MinorUnits {
  readonly amount_minor: bigint;
  readonly currency: string;
}

export const maxMinor = 2n ** 63n - 1n;
const minMinor = -(2n ** 63n);
const decimal = /^(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?$/;
/** A sign, the 19 digits of 2^63, a point, and more decimals than any currency has: longer text is not looked at. */
const maxLength = 32;

/** Whole minor units of a currency. Throws where they do not fit in 64 bits, or for what is no currency. */
export function minorUnits(amount_minor: bigint, currency: string): MinorUnits {
  exponentOf(currency);
  if (amount_minor > maxMinor || amount_minor < minMinor) throw new RangeError('money exceeds 64 bits');
  return { amount_minor, currency };
}

/**
 * Reads money that we or a provider wrote: a sign is allowed, and fewer decimals than the currency has. Throws a plain
 * Error for anything else; what a caller sent is read by `parseAmount`, which says what to correct.
 */
export function parseMoney({ amount, currency }: Money): MinorUnits {
  const parts = amount.length <= maxLength ? decimal.exec(amount) : null;
  if (!parts) throw new Error('not a decimal amount');
  const [, sign, whole = '', fraction = ''] = parts;
  const exponent = exponentOf(currency);
  if (fraction.length > exponent) throw new Error(`more decimals than ${currency} has`);
  const amount_minor = BigInt(whole + fraction.padEnd(exponent, '0'));
  return minorUnits(sign ? -amount_minor : amount_minor, currency);
}

/** Writes money with exactly the currency's decimals: `12.30` USD, `1200` JPY, `-0.005` KWD. */
export function formatMoney({ amount_minor, currency }: MinorUnits): Money {
  const exponent = exponentOf(currency);
  const sign = amount_minor < 0n ? '-' : '';
  const digits = String(amount_minor < 0n ? -amount_minor : amount_minor).padStart(exponent + 1, '0');
  const point = digits.length - exponent;
  const fraction = exponent === 0 ? '' : `.${digits.slice(point)}`;
  return { amount: `${sign}${digits.slice(0, point)}${fraction}`, currency };
}
