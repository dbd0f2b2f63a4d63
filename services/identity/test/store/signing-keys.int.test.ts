import { randomBytes } from 'node:crypto';
import { createLogger } from '@florin/chassis';
import { createDatabase, createFieldCipher, type Database, migrate, parseKeyRing } from '@florin/postgres';
import { createTestDatabase, type TestDatabase } from '@florin/testkit';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { KEY_LIFETIME_MS, PUBLISHED_AHEAD_MS, VERIFIES_ON_MS } from '../../src/domain/key-schedule.js';
import { signing_keys } from '../../src/store/schema.js';
import { ensureSigningKeys } from '../../src/store/signing-keys.js';
import { keepSigningKeys } from '../../src/tokens/live-signing-keys.js';

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

it('the next key is published before it signs, and the old one verifies until its tokens have expired', async () => {
  const at = (ms: number) =>
    ensureSigningKeys({ db: database.db, cipher }, 'mesh', new Date(now.getTime() + ms));
  const { current: first } = await at(0);
  const due = await at(KEY_LIFETIME_MS);
  expect(due.current.kid).toBe(first.kid);
  expect(due.jwks.keys).toHaveLength(2);
  const ahead = await at(KEY_LIFETIME_MS + PUBLISHED_AHEAD_MS);
  expect(ahead.current.kid).not.toBe(first.kid);
  expect(ahead.jwks.keys.map(({ kid }) => kid)).toContain(first.kid);
  const after = await at(KEY_LIFETIME_MS + PUBLISHED_AHEAD_MS + VERIFIES_ON_MS);
  expect(after.jwks.keys.map(({ kid }) => kid)).toEqual([ahead.current.kid]);
  expect(await database.db.select().from(signing_keys).where(eq(signing_keys.purpose, 'mesh'))).toHaveLength(
    1,
  );
});

it('a running process follows its keys', async () => {
  let at = new Date(now.getTime() + 100 * KEY_LIFETIME_MS);
  const live = await keepSigningKeys(
    () => ensureSigningKeys({ db: database.db, cipher }, 'access', at),
    logger,
  );
  const before = live.private_jwks;
  await live.reload();
  expect(live.private_jwks).toBe(before);
  at = new Date(at.getTime() + KEY_LIFETIME_MS);
  await live.reload();
  expect(live.jwks.keys).toHaveLength(2);
  live.stop();
});
