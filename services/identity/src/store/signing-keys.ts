import { type Db, type FieldCipher, type Tx, transaction } from '@florin/postgres';
import { desc, eq, sql } from 'drizzle-orm';
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

/** The keys of a purpose; the first is made when there is none. Replicas that start together agree on it. */
export async function ensureSigningKeys(
  { db, cipher }: { db: Db; cipher: FieldCipher },
  purpose: KeyPurpose,
  now: Date,
): Promise<SigningKeys> {
  const stored = await transaction(db, async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${KEY_CREATION_LOCK})`);
    const keys = await readKeys(tx, cipher, purpose);
    return keys.length > 0 ? keys : [await addKey(tx, cipher, purpose, now)];
  });
  return loadSigningKeys(stored);
}

async function readKeys(tx: Tx, cipher: FieldCipher, purpose: KeyPurpose): Promise<PrivateJwk[]> {
  const rows = await tx
    .select({ key_id: signing_keys.key_id, private_jwk: signing_keys.private_jwk })
    .from(signing_keys)
    .where(eq(signing_keys.purpose, purpose))
    .orderBy(desc(signing_keys.created_at));
  return rows.map(({ key_id, private_jwk }) => JSON.parse(cipher.open(placeOf(key_id), private_jwk)));
}

async function addKey(
  tx: Tx,
  cipher: FieldCipher,
  purpose: KeyPurpose,
  created_at: Date,
): Promise<PrivateJwk> {
  const key = await generatePrivateJwk();
  const private_jwk = cipher.seal(placeOf(key.kid), JSON.stringify(key));
  await tx.insert(signing_keys).values({ key_id: key.kid, purpose, private_jwk, created_at });
  return key;
}

function placeOf(row: string) {
  return { table: 'signing_keys', column: 'private_jwk', row };
}
