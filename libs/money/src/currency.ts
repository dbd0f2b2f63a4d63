import currencyCodes from 'currency-codes';

/**
 * ISO 4217 lists these with minor unit "N.A.": metals, bond market units, units of account, the code for tests and the
 * code for no currency. Nobody pays with them, and currency-codes gives them an exponent of 0 that they do not have.
 */
const notMoney = new Set([
  'XAG',
  'XAU',
  'XPD',
  'XPT',
  'XBA',
  'XBB',
  'XBC',
  'XBD',
  'XDR',
  'XSU',
  'XUA',
  'XTS',
  'XXX',
]);

const exponents = new Map(
  currencyCodes.data.filter(({ code }) => !notMoney.has(code)).map(({ code, digits }) => [code, digits]),
);

/** Whether `currency` is an ISO 4217 code, in capitals, of a currency that is paid with. */
export function isCurrency(currency: string): boolean {
  return exponents.has(currency);
}

/** How many decimals the currency has: JPY 0, USD 2, KWD 3. Throws for what is no currency. */
export function exponentOf(currency: string): number {
  const exponent = exponents.get(currency);
  if (exponent === undefined) throw new Error('not an ISO 4217 currency');
  return exponent;
}
