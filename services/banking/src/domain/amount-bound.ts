import { exponentOf } from '@florin/money';

/** The most decimals that any currency has. */
const MAX_EXPONENT = 4;

/**
 * A bound on an amount, in minor units of a currency that the caller did not name: "12.345" bounds whole cents from below
 * at 12.35 and from above at 12.34.
 * @param text a decimal string without sign, with at most four decimals
 */
export function boundInMinor(text: string, currency: string, side: 'min' | 'max'): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  const finest = BigInt(whole + fraction.padEnd(MAX_EXPONENT, '0'));
  const unit = 10n ** BigInt(MAX_EXPONENT - exponentOf(currency));
  return side === 'max' ? finest / unit : (finest + unit - 1n) / unit;
}
