import { randomBytes } from 'node:crypto';
import { createFieldCipher, type FieldCipher, keyRingOf, type Queryable } from '@florin/postgres';
import { eq } from 'drizzle-orm';
import { person_keys } from './schema-people.js';

/** Ids in FIELD_KEYS are lower case: none of them can be taken for it. */
export const PERSON_KEY_ID = 'PERSON';

const KEY_BYTES = 32;

/** Each person's own key, kept sealed by the ring. Without it, what it sealed opens by nothing that there is. */
export interface PersonKeys {
  /** @returns undefined once the key was destroyed */
  of(db: Queryable, user_id: string): Promise<FieldCipher | undefined>;
}

export function createPersonKeys(byRing: FieldCipher): PersonKeys {
  return {
    async of(db, user_id) {
      const found = (await findKey(db, user_id)) ?? (await addKey(db, user_id));
      if (found.sealed_key === null) return undefined;
      const secret = Buffer.from(byRing.open(personKeyPlace(user_id), found.sealed_key), 'base64url');
      return createFieldCipher(keyRingOf({ id: PERSON_KEY_ID, secret }));
    },
  };

  async function addKey(db: Queryable, user_id: string): Promise<{ sealed_key: string | null }> {
    const sealed_key = byRing.seal(personKeyPlace(user_id), randomBytes(KEY_BYTES).toString('base64url'));
    const [added] = await db
      .insert(person_keys)
      .values({ user_id, sealed_key })
      .onConflictDoNothing()
      .returning({ sealed_key: person_keys.sealed_key });
    // Another call was quicker, and what it sealed must open too.
    const kept = added ?? (await findKey(db, user_id));
    if (kept === undefined) throw new Error('a key was neither made nor found');
    return kept;
  }
}

async function findKey(db: Queryable, user_id: string) {
  const [found] = await db
    .select({ sealed_key: person_keys.sealed_key })
    .from(person_keys)
    .where(eq(person_keys.user_id, user_id));
  return found;
}

/** Also where there was none: a person who is erased never gets one. */
export async function destroyPersonKey(db: Queryable, user_id: string): Promise<void> {
  await db
    .insert(person_keys)
    .values({ user_id, sealed_key: null })
    .onConflictDoUpdate({ target: person_keys.user_id, set: { sealed_key: null } });
}

function personKeyPlace(user_id: string) {
  return { table: 'person_keys', column: 'sealed_key', row: user_id };
}
