import { createHmac, hkdfSync } from 'node:crypto';
import type { KeyRing, RingKey } from './key-ring.js';

/** Finds rows by a value that is stored encrypted only. */
export interface BlindIndex {
  /** What is stored beside the sealed value, under a unique index where the value is unique: `<key id>.<HMAC>`. */
  of(value: string): string;
  /** What to look for: the index under each key of the ring. `where email_index = any(candidates)`. */
  candidates(value: string): string[];
}

/**
 * HMAC-SHA-256 with a key derived (HKDF, RFC 5869) from the ring's for this field alone, so that equal values in two
 * fields do not show as equal.
 *
 * The index carries the id of its key and is looked for under every key of the ring: a new key in front changes nothing
 * for rows written before. Rotation writes `of(value)` anew in the same update that rewraps the sealed value; only then
 * may the old key go, and a lookup before an insert must go by `candidates`, the unique index alone not seeing a row
 * under an older key.
 *
 * @param field `table.column`
 * Values are compared as given: normalise (lower case, trim) before.
 */
export function createBlindIndex(ring: KeyRing, field: string): BlindIndex {
  const derived = ring.keys.map(({ id, secret }: RingKey) => ({
    id,
    key: Buffer.from(hkdfSync('sha256', secret, '', `florin blind index ${field}`, 32)),
  }));
  const candidates = (value: string) =>
    derived.map(
      ({ id, key }) => `${id}.${createHmac('sha256', key).update(value, 'utf8').digest('base64url')}`,
    );
  return {
    candidates,
    of(value) {
      const [current] = candidates(value);
      if (current === undefined) throw new Error('a key ring without keys');
      return current;
    },
  };
}
