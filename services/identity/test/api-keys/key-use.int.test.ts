import { createLogger } from '@florin/chassis';
import { createDatabase, type Database } from '@florin/postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createKeyUse } from '../../src/api-keys/key-use.js';
import { type IdentityUnderTest, startIdentityUnderTest } from '../support/identity-under-test.js';
import { type MadeKey, makeKey, personWith, type SignedIn } from '../support/people-under-test.js';

const logger = createLogger({ name: 'test', level: 'silent' });
let identity: IdentityUnderTest;
let database: Database;
let dev: SignedIn;

beforeAll(async () => {
  identity = await startIdentityUnderTest('key_use');
  database = createDatabase({ url: identity.database.url, application_name: 'test', logger });
  dev = await personWith(identity, 'dev@example.com', 'developer');
});
afterAll(async () => {
  await database?.close();
  await identity?.stop();
});

async function usedAt(time: string, ...keys: MadeKey[]): Promise<void> {
  const use = createKeyUse({ db: database.db, now: () => new Date(time), logger });
  for (const { key_id } of keys) use.note(key_id);
  await use.stop();
}

async function shown(): Promise<Record<string, unknown>[]> {
  const { api_keys } = await identity.call('tool', 'list_api_keys', {}, dev.mesh_token);
  return api_keys as Record<string, unknown>[];
}

it('shows when each key was last used, and never an earlier time than before', async () => {
  const [used, unused] = [await makeKey(identity, dev.mesh_token), await makeKey(identity, dev.mesh_token)];
  await usedAt('2026-11-22T10:00:00.000Z', used, used);
  await usedAt('2026-11-22T09:00:00.000Z', used);
  const times = new Map((await shown()).map(({ key_id, last_used_at }) => [key_id, last_used_at]));
  expect(times.get(used.key_id)).toBe('2026-11-22T10:00:00.000Z');
  expect(times.get(unused.key_id)).toBeUndefined();
});

it('lists every key once, over all pages, and none that is revoked', async () => {
  const revoked = await makeKey(identity, dev.mesh_token);
  await identity.call('tool', 'revoke_api_key', { key_id: revoked.key_id }, dev.mesh_token);
  const seen: unknown[] = [];
  let page: Record<string, unknown> = {};
  do {
    const args = {
      page_size: 1,
      ...(page.next_page_token !== undefined && { page_token: page.next_page_token }),
    };
    page = await identity.call('tool', 'list_api_keys', args, dev.mesh_token);
    seen.push(...(page.api_keys as { key_id: string }[]).map(({ key_id }) => key_id));
  } while (page.next_page_token !== undefined);
  expect(seen).toEqual((await shown()).map(({ key_id }) => key_id));
  expect(seen).not.toContain(revoked.key_id);
});

it('refuses a time that has passed and an address that is none, by the name of the field', async () => {
  const make = (over: object) =>
    identity.call(
      'tool',
      'generate_api_key',
      { name: 'x', permissions: ['banking:read'], ...over },
      dev.mesh_token,
    );
  for (const [field, value] of [
    ['expiration', '2020-01-01T00:00:00Z'],
    ['allowed_ips', ['office']],
    ['requests_per_minute', 0],
    ['permissions', ['everything']],
  ] as const) {
    await expect(make({ [field]: value })).rejects.toMatchObject({ reason: 'INVALID_ARGUMENT' });
  }
});
