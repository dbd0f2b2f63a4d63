import { randomBytes } from 'node:crypto';
import { createLogger, newId } from '@florin/chassis';
import { createDatabase, createFieldCipher, type Database, migrate, parseKeyRing } from '@florin/postgres';
import { createTestDatabase, type TestDatabase, testClock } from '@florin/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOAuthRecords, type OAuthRecords } from '../../src/oauth/records.js';
import { oauth_records } from '../../src/store/schema-oauth.js';

const logger = createLogger({ name: 'test', level: 'silent' });
const clock = testClock();
const destroyed: string[] = [];
let testDatabase: TestDatabase;
let database: Database;
let records: OAuthRecords;

beforeAll(async () => {
  testDatabase = await createTestDatabase('oauth_records');
  const folder = new URL('../../migrations/', import.meta.url);
  await migrate({ owner_url: testDatabase.owner_url, folder, logger });
  database = createDatabase({ url: testDatabase.url, application_name: 'test', logger });
  records = createOAuthRecords({
    db: database.db,
    cipher: createFieldCipher(parseKeyRing(`k1:${randomBytes(32).toString('base64')}`)),
    now: clock.now,
    onGrantDestroyed: async (_tx, { grant_id }) => {
      destroyed.push(grant_id);
    },
    admitClient: () => new Date(clock.now().getTime() + 1_000),
  });
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

describe('what the authorization server keeps', () => {
  it('is found until it expires, and gone after', async () => {
    const codes = records.adapter('AuthorizationCode');
    await codes.upsert('a', { accountId: 'usr_a' }, 60);
    clock.advance(59_000);
    expect(await codes.find('a')).toEqual({ accountId: 'usr_a' });
    expect(await records.adapter('RefreshToken').find('a')).toBeUndefined();
    clock.advance(1_000);
    expect(await codes.find('a')).toBeUndefined();
  });

  it('is deleted after it has expired, and nothing else is', async () => {
    const grants = records.adapter('Grant');
    await grants.upsert('stays', { accountId: 'usr_a' }, 600);
    await grants.upsert('goes', { accountId: 'usr_a' }, 1);
    clock.advance(1_000);
    await records.prune();
    const kept = await database.db.select().from(oauth_records);
    expect(kept).toHaveLength(1);
    expect(await grants.find('stays')).toBeDefined();
  });

  it('opens in its own row only', async () => {
    const codes = records.adapter('AuthorizationCode');
    await codes.upsert('mine', { accountId: 'usr_a' }, 60);
    await codes.upsert('yours', { accountId: 'usr_b' }, 60);
    const [one] = await database.db.select({ payload: oauth_records.payload }).from(oauth_records);
    await database.db.update(oauth_records).set({ payload: one?.payload ?? '' });
    const found = await Promise.allSettled([codes.find('mine'), codes.find('yours')]);
    expect(found.filter(({ status }) => status === 'rejected').length).toBeGreaterThanOrEqual(1);
  });

  it('is consumed by one of many who come at once', async () => {
    const tokens = records.adapter('RefreshToken');
    await tokens.upsert('token', { accountId: 'usr_a' }, 600);
    const racers = await Promise.allSettled(Array.from({ length: 8 }, () => tokens.consume('token')));
    expect(racers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await records.wasJustUsed('token')).toBe(true);
    clock.advance(11_000);
    expect(await records.wasJustUsed('token')).toBe(false);
    expect(await tokens.find('token')).toMatchObject({ consumed: expect.any(Number) });
  });

  it('of a grant goes with it, and its end is told once', async () => {
    const grant_id = newId('ses');
    const grants = records.adapter('Grant');
    await grants.upsert(grant_id, { accountId: 'usr_a' }, 600);
    const tokens = records.adapter('RefreshToken');
    await tokens.upsert('granted', { accountId: 'usr_a', grantId: grant_id }, 600);
    await tokens.revokeByGrantId(grant_id);
    await grants.destroy(grant_id);
    await grants.destroy(grant_id);
    expect(await tokens.find('granted')).toBeUndefined();
    expect(destroyed).toEqual([grant_id]);
  });
});
