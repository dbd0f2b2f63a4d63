import { uuidToId } from '@florin/chassis';
import { type Database, tableRanges, transaction } from '@florin/postgres';
import { and, eq, isNull } from 'drizzle-orm';
import { PERSON_KEY_ID } from './person-keys.js';
import { isUnderPersonKey, type PersonalData, personalColumns } from './personal-data.js';
import { users } from './schema.js';
import { mail_tokens } from './schema-accounts.js';

/** Somebody who changed while they were in hand is found in the next round. */
const ROUNDS = 5;

/**
 * Brings people's rows under the keys of today: addresses are found by the ring's current key, and what the ring itself
 * sealed, before there were personal keys, is sealed by the person's own.
 *
 * @param key_id the current key's
 * @returns how many rows were written
 */
export async function rewrapUsers(
  database: Database,
  personalData: PersonalData,
  key_id: string,
): Promise<number> {
  const own = `v1.${PERSON_KEY_ID}.`;
  let done = 0;
  for (let round = 0; round < ROUNDS; round++) {
    let found = 0;
    for await (const { from, to } of tableRanges(database.sql, 'users')) {
      const older = await database.sql<{ user_id: string }[]>`
        select user_id from users
        where ctid >= ${from}::tid and ctid < ${to}::tid and erased_at is null
          and (not starts_with(email_index, ${`${key_id}.`}) or not starts_with(email, ${own})
            or not starts_with(full_name, ${own}) or not starts_with(phone, ${own})
            or not starts_with(address, ${own}))`;
      for (const row of older) await rewrapUser(database, personalData, uuidToId('usr', row.user_id));
      found += older.length;
    }
    if (found === 0) return done;
    done += found;
  }
  throw new Error('people are still being written under an older key: run it again');
}

/** Locked, so that what a call writes meanwhile is not overwritten by what stood there before. */
async function rewrapUser({ db }: Database, personalData: PersonalData, user_id: string): Promise<void> {
  await transaction(db, async (tx) => {
    const { email, full_name, phone, address, email_index } = users;
    const [row] = await tx
      .select({ email, full_name, phone, address, email_index })
      .from(users)
      .where(and(eq(users.user_id, user_id), isNull(users.erased_at)))
      .for('update');
    if (row === undefined) return;
    const cipher = await personalData.of(tx, user_id);
    const anew = personalColumns.flatMap((column) => {
      const sealed = row[column];
      if (sealed === null || isUnderPersonKey(sealed)) return [];
      return [[column, cipher.seal(column, cipher.open(column, sealed))] as const];
    });
    const index = personalData.emailIndex(cipher.open('email', row.email));
    await tx
      .update(users)
      .set({ ...Object.fromEntries(anew), email_index: index })
      .where(eq(users.user_id, user_id));
    // A link sent to the address names it by the same index.
    await tx
      .update(mail_tokens)
      .set({ email_index: index })
      .where(and(eq(mail_tokens.user_id, user_id), eq(mail_tokens.email_index, row.email_index)));
  });
}
