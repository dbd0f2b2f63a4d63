import { fault } from '@florin/faults';
import { eachValue } from './each-value.js';
import { refuseCardNumbers } from './guard/card-number.js';

/**
 * "The character with the code zero cannot be stored" (postgresql.org/docs/current/datatype-character.html), and half of a
 * surrogate pair has no form in UTF-8 (RFC 3629, section 3). JSON can say both.
 */
const UNSTORABLE = /\0|\p{Surrogate}/u;

/**
 * Refuses what may stand in no input: numbers of cards, and text that no table can hold, which would fail there as a mistake
 * of ours, and with it whatever shares its statement.
 *
 * @param input parsed JSON
 * @throws Fault CARD_NUMBER_REFUSED, INVALID_ARGUMENT
 */
export function refuseText(input: unknown): void {
  refuseCardNumbers(input);
  eachValue(input, (value) => {
    if (typeof value !== 'string' || !UNSTORABLE.test(value)) return;
    throw fault(
      'INVALID_ARGUMENT',
      'The input holds U+0000 or half of a surrogate pair, which is no text. Leave it out.',
    );
  });
}
