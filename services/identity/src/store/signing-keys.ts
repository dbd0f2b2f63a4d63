import { type Db, type FieldCipher, type Tx, transaction } from '@florin/postgres';
import { desc, eq, inArray, sql } from 'drizzle-orm';
import { scheduleKeys } from '../domain/key-schedule.js';
import {
  generatePrivateJwk,
  type KeyPurpose,
  loadSigningKeys,
  type PrivateJwk,
  type SigningKeys,
} from '../tokens/signing-keys.js';
import { signing_keys } from './schema.js';

/** Among the advisory locks of this database. */
const KEY_CREATION_LOCK = 8_101;

/**
 * The keys of a purpose as their schedule wants them now: the next one is made when it is due, and those are deleted by
 * which no token can live any more. Replicas that do this at once agree on the keys.
 */
export async function ensureSigningKeys(
  { db, cipher }: { db: Db; cipher: FieldCipher },
  purpose: KeyPurpose,
  now: Date,
): Promise<SigningKeys> {
  const stored = await transaction(db, async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${KEY_CREATION_LOCK})`);
    const present = await readKeys(tx, cipher, purpose);
    const keys = scheduleKeys(present, now).due
      ? [await addKey(tx, cipher, purpose, now), ...present]
      : present;
    const { kept, retired } = scheduleKeys(keys, now);
    if (retired.length > 0) await tx.delete(signing_keys).where(inArray(signing_keys.key_id, retired));
    return kept.flatMap((kid) => keys.filter((key) => key.kid === kid));
  });
  return loadSigningKeys(stored.map(({ private_jwk }) => private_jwk));
}

interface StoredKey {
  kid: string;
  created_at: Date;
  private_jwk: PrivateJwk;
}

async function readKeys(tx: Tx, cipher: FieldCipher, purpose: KeyPurpose): Promise<StoredKey[]> {
  const rows = await tx
    .select({
      kid: signing_keys.key_id,
      created_at: signing_keys.created_at,
      private_jwk: signing_keys.private_jwk,
    })
    .from(signing_keys)
    .where(eq(signing_keys.purpose, purpose))
    .orderBy(desc(signing_keys.created_at));
  return rows.map((row) => ({
    ...row,
    private_jwk: JSON.parse(cipher.open(placeOf(row.kid), row.private_jwk)),
  }));
}

async function addKey(
  tx: Tx,
  cipher: FieldCipher,
  purpose: KeyPurpose,
  created_at: Date,
): Promise<StoredKey> {
  const key = await generatePrivateJwk();
  const private_jwk = cipher.seal(placeOf(key.kid), JSON.stringify(key));
  await tx.insert(signing_keys).values({ key_id: key.kid, purpose, private_jwk, created_at });
  return { kid: key.kid, created_at, private_jwk: key };
}

function placeOf(row: string) {
  return { table: 'signing_keys', column: 'private_jwk', row };
}
