import { randomBytes } from 'node:crypto';
import { idToUuid, newId } from '@florin/chassis';
import {
  createDatabase,
  createFieldCipher,
  type Database,
  parseKeyRing,
  transaction,
} from '@florin/postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { destroyPersonKey } from '../../src/store/person-keys.js';
import { createPersonalData } from '../../src/store/personal-data.js';
import { findProfile } from '../../src/store/users.js';
import { type IdentityUnderTest, startIdentityUnderTest } from '../support/identity-under-test.js';

const ring = parseKeyRing(`k1:${randomBytes(32).toString('base64')}`);
const personalData = createPersonalData(ring);
let identity: IdentityUnderTest;
let database: Database;

beforeAll(async () => {
  identity = await startIdentityUnderTest('personal_data', {
    over: { FIELD_KEYS: `k1:${ring.current.secret.toString('base64')}` },
  });
  const { url } = identity.database;
  const logger = { debug() {} } as never;
  database = createDatabase({ url, application_name: 'test', logger });
});
afterAll(async () => {
  await database.close();
  await identity.stop();
});

async function rowOf(user_id: string) {
  const [row] = await identity.sql<{ email: string; full_name: string; sealed_key: string }[]>`
    select email, full_name, sealed_key from users join person_keys using (user_id)
    where user_id = ${idToUuid(user_id, 'usr')}`;
  if (row === undefined) throw new Error('no such row');
  return row;
}

describe('personal data', () => {
  // proves: erased-is-unreadable
  it("does not open once the person's key is destroyed, by no key of the ring, from no copy of the row", async () => {
    const { db } = database;
    const user_id = await identity.register('shred@florin.test');
    const copy = await rowOf(user_id);
    expect((await personalData.of(db, user_id)).open('email', copy.email)).toBe('shred@florin.test');

    await destroyPersonKey(db, user_id);
    await expect(personalData.of(db, user_id)).rejects.toMatchObject({ reason: 'NOT_FOUND' });
    const byRing = createFieldCipher(ring);
    const place = { table: 'users', column: 'email', row: user_id };
    expect(() => byRing.open(place, copy.email)).toThrow(/PERSON/);
    expect((await rowOf(user_id)).sealed_key).toBeNull();
  });

  it('never gets another key after it was destroyed, also where there was none before', async () => {
    const user_id = newId('usr');
    await destroyPersonKey(database.db, user_id);
    await expect(personalData.of(database.db, user_id)).rejects.toMatchObject({ reason: 'NOT_FOUND' });
  });

  it('does not open at another person or in another column', async () => {
    const { db } = database;
    const [ada, ben] = [newId('usr'), newId('usr')];
    const sealed = (await personalData.of(db, ada)).seal('phone', '+1 202 555 0143');
    expect((await personalData.of(db, ada)).open('phone', sealed)).toBe('+1 202 555 0143');
    const bens = await personalData.of(db, ben);
    expect(() => bens.open('phone', sealed)).toThrow(/does not open/);
    const adas = await personalData.of(db, ada);
    expect(() => adas.open('address', sealed)).toThrow(/does not open/);
  });

  it('that the ring sealed before there were personal keys opens still', async () => {
    const user_id = await identity.register('old@florin.test');
    const byRing = createFieldCipher(ring);
    const place = (column: string) => ({ table: 'users', column, row: user_id });
    await identity.sql`
      update users set email = ${byRing.seal(place('email'), 'old@florin.test')},
        full_name = ${byRing.seal(place('full_name'), 'Olga Old')}
      where user_id = ${idToUuid(user_id, 'usr')}`;
    await identity.sql`delete from person_keys where user_id = ${idToUuid(user_id, 'usr')}`;
    expect(await findProfile({ db: database.db, personalData }, user_id)).toMatchObject({
      email: 'old@florin.test',
      full_name: 'Olga Old',
    });
  });

  it('gets one key from calls that all need the first one at once', async () => {
    const { db } = database;
    const user_id = newId('usr');
    const sealed = await Promise.all(
      Array.from({ length: 8 }, () =>
        transaction(db, async (tx) => (await personalData.of(tx, user_id)).seal('phone', '1')),
      ),
    );
    const cipher = await personalData.of(db, user_id);
    expect(sealed.map((text) => cipher.open('phone', text))).toEqual(Array(8).fill('1'));
  });
});
