import { randomBytes } from 'node:crypto';
import { createLogger } from '@florin/chassis';
import { createDatabase, createFieldCipher, type Database, migrate, parseKeyRing } from '@florin/postgres';
import { createTestDatabase, type TestDatabase } from '@florin/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signing_keys } from '../../src/store/schema.js';
import { ensureSigningKeys } from '../../src/store/signing-keys.js';

const logger = createLogger({ name: 'test', level: 'silent' });
const cipher = createFieldCipher(parseKeyRing(`k1:${randomBytes(32).toString('base64')}`));
const now = new Date('2026-11-02T09:00:00Z');
let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase('signing_keys');
  const folder = new URL('../../migrations/', import.meta.url);
  await migrate({ owner_url: testDatabase.owner_url, folder, logger });
  database = createDatabase({ url: testDatabase.url, application_name: 'test', logger });
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

it('replicas that start together for the first time sign with one key', async () => {
  const replicas = await Promise.all(
    Array.from({ length: 5 }, () => ensureSigningKeys({ db: database.db, cipher }, 'access', now)),
  );
  expect(new Set(replicas.map(({ current }) => current.kid)).size).toBe(1);
  expect(await database.db.select().from(signing_keys)).toHaveLength(1);
});

it('a restart keeps the key, so that tokens stay good', async () => {
  const before = await ensureSigningKeys({ db: database.db, cipher }, 'access', now);
  const after = await ensureSigningKeys({ db: database.db, cipher }, 'access', now);
  expect(after.jwks).toEqual(before.jwks);
});

it('each purpose has a key of its own', async () => {
  const access = await ensureSigningKeys({ db: database.db, cipher }, 'access', now);
  const mesh = await ensureSigningKeys({ db: database.db, cipher }, 'mesh', now);
  expect(mesh.current.kid).not.toBe(access.current.kid);
});

it('private keys are kept as ciphertext', async () => {
  for (const { private_jwk } of await database.db.select().from(signing_keys)) {
    expect(private_jwk).toMatch(/^v1\.k1\./);
    expect(private_jwk).not.toContain('crv');
  }
});
