import { ConfigError } from '@florin/chassis';

/** The keys that encrypt keys. The first is the one in use; the others still open what they sealed. */
export interface KeyRing {
  current: RingKey;
  /** All of them, the current one first. */
  keys: readonly RingKey[];
  /** @throws Error where the ring has no such key (any more) */
  get(id: string): RingKey;
}

export interface RingKey {
  id: string;
  /** 32 bytes. */
  secret: Buffer;
}

const KEY_BYTES = 32;

function parseKey(entry: string, index: number): RingKey {
  const [id = '', encoded, ...rest] = entry.trim().split(':');
  if (!/^[a-z0-9_-]{1,16}$/.test(id) || encoded === undefined || rest.length > 0) {
    throw new ConfigError(
      `FIELD_KEYS: entry ${index + 1} must be id:base64, the id of 1 to 16 characters of a-z, 0-9, "-" and "_"`,
    );
  }
  const secret = Buffer.from(encoded, 'base64');
  // Node's decoder skips what is not base64: encoding again shows whether it did.
  if (secret.toString('base64').replace(/=+$/, '') !== encoded.replace(/=+$/, '')) {
    throw new ConfigError(`FIELD_KEYS: the key ${id} is not base64`);
  }
  if (secret.length !== KEY_BYTES) {
    throw new ConfigError(
      `FIELD_KEYS: the key ${id} has ${secret.length} bytes and needs ${KEY_BYTES}: make one with "openssl rand -base64 32"`,
    );
  }
  return { id, secret };
}

/**
 * Reads FIELD_KEYS: `k1:<base64 of 32 bytes>,k0:…`, the current key first.
 * @throws ConfigError that names the entry that is wrong, never its value
 */
export function parseKeyRing(text: string): KeyRing {
  if (text.trim() === '') throw new ConfigError('FIELD_KEYS is empty: it needs a key, id:base64 of 32 bytes');
  const [current, ...older] = text.split(',').map(parseKey);
  if (current === undefined) throw new ConfigError('FIELD_KEYS is empty');
  const ring = keyRingOf(current, ...older);
  if (new Set(ring.keys.map(({ id }) => id)).size < ring.keys.length) {
    throw new ConfigError('FIELD_KEYS: two keys have the same id');
  }
  return ring;
}

/** A ring of keys that come from elsewhere: one person's own, say. */
export function keyRingOf(current: RingKey, ...older: RingKey[]): KeyRing {
  const keys = [current, ...older];
  const byId = new Map(keys.map((key) => [key.id, key]));
  return {
    current,
    keys,
    get(id) {
      const key = byId.get(id);
      if (key === undefined) {
        throw new Error(
          `FIELD_KEYS has no key "${id}", which sealed this value: put it back behind the current one`,
        );
      }
      return key;
    },
  };
}
