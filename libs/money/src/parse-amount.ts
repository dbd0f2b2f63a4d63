import { invalidField } from '@florin/faults';
import { exponentOf, isCurrency } from './currency.js';
import { formatMoney, type MinorUnits, maxMinor, minorUnits } from './money.js';
import { amountSchema, amountText, currencyText } from './schemas.js';

/**
 * Reads an amount that a caller sent: above zero, at most as many decimals as the currency has, nothing rounded.
 * Throws a Fault INVALID_ARGUMENT that says what to send instead.
 * @param path the argument's name, where it is not `amount`
 */
export function parseAmount(amount: string, currency: string, path = 'amount'): MinorUnits {
  if (!isCurrency(currency)) throw invalidField('currency', `${currencyText}.`);
  if (!amountSchema.safeParse(amount).success) throw invalidField(path, `${amountText}.`);
  const [whole = '', fraction = ''] = amount.split('.');
  const exponent = exponentOf(currency);
  if (fraction.length > exponent)
    throw invalidField(path, tooManyDecimals(whole, fraction, exponent, currency));
  const amount_minor = BigInt(whole + fraction.padEnd(exponent, '0'));
  if (amount_minor === 0n) throw invalidField(path, 'must be above zero.');
  if (amount_minor > maxMinor) {
    const largest = formatMoney({ amount_minor: maxMinor, currency }).amount;
    throw invalidField(path, `is too large: send at most "${largest}".`);
  }
  return minorUnits(amount_minor, currency);
}

/** Proposes an amount only where no value would be lost: how to round is not for us, nor for a model, to choose. */
function tooManyDecimals(whole: string, fraction: string, exponent: number, currency: string): string {
  const has = `has ${fraction.length} ${fraction.length === 1 ? 'decimal' : 'decimals'}`;
  const allowed = `${currency} has ${exponent === 0 ? 'none' : exponent}`;
  const exact = /^0*$/.test(fraction.slice(exponent));
  const same = exponent === 0 ? whole : `${whole}.${fraction.slice(0, exponent)}`;
  const fewer = exponent === 0 ? 'a whole number' : `at most ${exponent}`;
  return `${has}; ${allowed}: send ${exact ? `"${same}"` : fewer}.`;
}
