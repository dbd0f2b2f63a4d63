import { fromUUID, typeidUnboxed } from 'typeid-js';
import { z } from 'zod';

/**
 * Ids are TypeIDs (https://github.com/jetify-com/typeid): a prefix that says what the id names, and a UUIDv7 in base32,
 * so that they sort by age. Tables hold the UUID, everybody else sees the TypeID.
 */
export function newId(prefix: string): string {
  return typeidUnboxed(prefix);
}

/** Crockford's base32 in lower case, as the TypeID specification has it. */
const values = new Map([...'0123456789abcdefghjkmnpqrstvwxyz'].map((digit, value) => [digit, value]));
const SUFFIX_LENGTH = 26;

/**
 * Decodes by itself: the library's own takes 2 µs, and a payment has a dozen ids.
 * @throws Error when the id is of another kind: a programmer's error, since inputs pass {@link idSchema} first.
 */
export function idToUuid(id: string, prefix: string): string {
  const start = prefix.length + 1;
  if (!id.startsWith(`${prefix}_`) || id.length !== start + SUFFIX_LENGTH) {
    throw new Error(`not a ${prefix}_ id`);
  }
  let uuid = '';
  let bits = 0;
  let left = -2; // 26 digits hold 130 bits: the first two are none of the 128.
  for (let index = start; index < id.length; index++) {
    const value = values.get(id.charAt(index));
    if (value === undefined || (index === start && value > 7)) throw new Error(`not a ${prefix}_ id`);
    bits = ((bits << 5) | value) & 0xff;
    left += 5;
    while (left >= 4) {
      left -= 4;
      if (uuid.length === 8 || uuid.length === 13 || uuid.length === 18 || uuid.length === 23) uuid += '-';
      uuid += ((bits >> left) & 0xf).toString(16);
    }
  }
  return uuid;
}

export function uuidToId(prefix: string, uuid: string): string {
  return fromUUID(uuid, prefix);
}

const suffix = '[0-7][0-9a-hjkmnp-tv-z]{25}';

/** The same id in every example, so that a model sees at once which kind of id is meant. */
const exampleSuffix = '01jd5c3k8qf6t9w2x4y7z0a1b2';

/**
 * A published id of one kind, e.g. `idSchema('acc', 'The account, as list_accounts names it.')`. What is no such id is refused in
 * these words: they tell a model where to get one, where an example would be taken for one.
 */
export function idSchema(prefix: string, description: string) {
  const what = description.charAt(0).toLowerCase() + description.slice(1).replace(/\.$/, '');
  return z
    .string()
    .max(64)
    .regex(new RegExp(`^${prefix}_${suffix}$`), {
      error: `must be a whole id that starts with "${prefix}_": ${what}`,
    })
    .describe(description)
    .meta({ examples: [`${prefix}_${exampleSuffix}`] });
}

/** `me` or a user's id; `me` when left out. */
export const userIdSchema = z
  .string()
  .max(64)
  .regex(new RegExp(`^(me|usr_${suffix})$`), {
    error: `must be "me" or an id that starts with "usr_", such as usr_${exampleSuffix}`,
  })
  .default('me')
  .describe('Whose: "me", or a user id where your role allows it.')
  .meta({ examples: ['me', `usr_${exampleSuffix}`] });
