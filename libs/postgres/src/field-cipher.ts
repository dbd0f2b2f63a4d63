import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { KeyRing } from './key-ring.js';

/** Where a sealed value belongs. It opens there and nowhere else. */
export interface FieldPlace {
  table: string;
  column: string;
  /** The row's id. */
  row: string;
}

export interface FieldCipher {
  /** Text that only this place opens: `v1.<key id>.<sealed data key>.<sealed value>`, the last two in base64url. */
  seal(place: FieldPlace, value: string): string;
  /** @throws Error where the value was changed, moved from another place, or sealed with a key that the ring lacks */
  open(place: FieldPlace, sealed: string): string;
  /** The same value under the ring's current key, for rotation; unchanged where it is under it already. */
  rewrap(place: FieldPlace, sealed: string): string;
}

const ALGORITHM = 'aes-256-gcm';
const VERSION = 'v1';
const KEY_BYTES = 32;
// NIST SP 800-38D, 8.2: 96-bit IVs are what GCM is made for. Random ones are safe here: each data key seals one value,
// and a ring key far fewer than the 2^32 of section 8.3.
const IV_BYTES = 12;
const TAG_BYTES = 16;

function encrypt(key: Buffer, context: string, plain: Buffer): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES }).setAAD(
    Buffer.from(context),
  );
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Buffer, context: string, sealed: Buffer): Buffer {
  const iv = sealed.subarray(0, IV_BYTES);
  const text = sealed.subarray(IV_BYTES, -TAG_BYTES);
  // authTagLength given, or a shorter tag would be accepted, and that is easier to guess.
  const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(context))
    .setAuthTag(sealed.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(text), decipher.final()]);
}

function contextOf({ table, column, row }: FieldPlace): string {
  // Were the separator allowed inside, two places could have one context.
  if (`${table}${column}`.includes('|')) throw new Error('a table or column name contains "|"');
  return `${table}|${column}|${row}`;
}

function parse(sealed: string): { key_id: string; dataKey: Buffer; value: Buffer } {
  const [version, key_id, dataKey, value, ...rest] = sealed.split('.');
  if (
    version !== VERSION ||
    key_id === undefined ||
    dataKey === undefined ||
    value === undefined ||
    rest.length > 0
  ) {
    throw new Error(`not a value sealed in format ${VERSION}`);
  }
  return { key_id, dataKey: Buffer.from(dataKey, 'base64url'), value: Buffer.from(value, 'base64url') };
}

/**
 * Envelope encryption of single fields: AES-256-GCM with a new data key for each value, itself sealed with the ring's
 * current key; both are bound to the place. Rotation so seals 32 bytes anew and leaves the values as they are.
 */
export function createFieldCipher(ring: KeyRing): FieldCipher {
  const join = (dataKey: Buffer, context: string, value: Buffer) =>
    [
      VERSION,
      ring.current.id,
      encrypt(ring.current.secret, context, dataKey).toString('base64url'),
      value.toString('base64url'),
    ].join('.');

  function openDataKey(context: string, key_id: string, sealed: Buffer): Buffer {
    const { secret } = ring.get(key_id);
    try {
      return decrypt(secret, context, sealed);
    } catch (cause) {
      throw new Error(`a sealed value does not open at ${context}: it was changed or belongs elsewhere`, {
        cause,
      });
    }
  }

  return {
    seal(place, value) {
      const context = contextOf(place);
      const dataKey = randomBytes(KEY_BYTES);
      return join(dataKey, context, encrypt(dataKey, context, Buffer.from(value, 'utf8')));
    },
    open(place, sealed) {
      const context = contextOf(place);
      const { key_id, dataKey, value } = parse(sealed);
      const key = openDataKey(context, key_id, dataKey);
      try {
        return decrypt(key, context, value).toString('utf8');
      } catch (cause) {
        throw new Error(`a sealed value does not open at ${context}: it was changed`, { cause });
      }
    },
    rewrap(place, sealed) {
      const context = contextOf(place);
      const { key_id, dataKey, value } = parse(sealed);
      if (key_id === ring.current.id) return sealed;
      return join(openDataKey(context, key_id, dataKey), context, value);
    },
  };
}
