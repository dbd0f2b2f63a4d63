export { allocate } from './allocate.js';
export { add, applyRate, compare, negate, subtract } from './arithmetic.js';
export { exponentOf, isCurrency } from './currency.js';
export { formatMoney, type MinorUnits, type Money, minorUnits, parseMoney } from './money.js';
export { parseAmount } from './parse-amount.js';
export { amountSchema, currencySchema, moneySchema } from './schemas.js';
