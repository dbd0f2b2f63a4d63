import { fault } from '@florin/faults';
import { eachValue } from '../each-value.js';

/** What people write between the groups of a card's number. */
const BETWEEN = '[\\s\\u2010-\\u2015-]{0,2}';
/** Nearly all text has no 13 digits in a row, and is not looked at further. */
const LIKELY = new RegExp(`\\d(?:${BETWEEN}\\d){12}`);
const RUNS = new RegExp(`(\\+?)(\\d(?:${BETWEEN}\\d)*)`, 'g');
const NO_DIGITS = /\D+/g;

/** Ids and hashes have digits by chance: TypeIDs, UUIDs, 32 hex digits and more with a letter among them. */
const IDS =
  /\b[a-z][a-z0-9_]{0,62}_[0-7][0-9a-hjkmnp-tv-z]{25}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b(?=[0-9]*[a-f])[0-9a-f]{32,}\b/gi;
/** An amount with decimals, as large as amounts may be. */
const AMOUNT = /^-?\d{1,19}\.\d{1,8}$/;

/** ISO/IEC 7812-1: 8 to 19 digits; nobody has issued one with fewer than 13 for decades. */
const MIN_DIGITS = 13;
const MAX_DIGITS = 19;
/** ITU-T E.164: "the maximum number of digits (…) is 15". */
const MAX_PHONE_DIGITS = 15;
/**
 * Whether a text holds what may be the number of a card: 13 to 19 digits, in groups or not, whose last is the check digit
 * of the others (ISO/IEC 7812-1, annex B: Luhn).
 */
export function holdsCardNumber(text: string): boolean {
  if (text.length < MIN_DIGITS || !LIKELY.test(text) || AMOUNT.test(text)) return false;
  for (const [, plus, run = ''] of text.replaceAll(IDS, '#').matchAll(RUNS)) {
    if (holdsNumber(run, plus === '+')) return true;
  }
  return false;
}

/** Any groups that stand together may be one: what is before them may be another number, or the day of the month. */
function holdsNumber(run: string, isPhone: boolean): boolean {
  const digits = run.replaceAll(NO_DIGITS, '');
  if (digits.length < MIN_DIGITS || (isPhone && digits.length <= MAX_PHONE_DIGITS)) return false;
  // Where groups begin; where one ends, the next begins. Nothing is copied: a run may be as long as the whole input.
  const bounds = [0];
  for (const { length } of run.split(NO_DIGITS)) bounds.push((bounds.at(-1) ?? 0) + length);
  return bounds.some((start, first) => {
    for (let last = first + 1; last < bounds.length; last++) {
      const end = bounds[last] ?? 0;
      if (end - start > MAX_DIGITS) return false;
      if (end - start >= MIN_DIGITS && passesLuhn(digits, start, end) && startsLikeCard(digits, start))
        return true;
    }
    return false;
  });
}

/** No network issues cards that begin with 0, 1 or 20, but dates and times in milliseconds do. */
function startsLikeCard(digits: string, start: number): boolean {
  const first = digits[start];
  return first !== '0' && first !== '1' && !digits.startsWith('20', start);
}

function passesLuhn(digits: string, start: number, end: number): boolean {
  let sum = 0;
  for (let index = end - 1, isDoubled = false; index >= start; index--, isDoubled = !isDoubled) {
    const value = (digits.charCodeAt(index) - 48) * (isDoubled ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

/**
 * Refuses input that holds a card's number anywhere, in names and numbers too, before anything of it is looked at: what is
 * not taken in cannot leak, and keeps Florin out of the scope of PCI DSS.
 *
 * @param input parsed JSON
 * @throws Fault CARD_NUMBER_REFUSED, which repeats nothing of the input
 */
export function refuseCardNumbers(input: unknown): void {
  eachValue(input, (value) => {
    if (typeof value === 'number' && value < 1e12) return;
    if (holdsCardNumber(String(value))) throw refused();
  });
}

function refused() {
  return fault(
    'CARD_NUMBER_REFUSED',
    'This holds what looks like a card number, which is taken nowhere here and was not kept. Leave it out. To add a card, ' +
      'call create_payment_method_setup and show the person its page.',
  );
}
