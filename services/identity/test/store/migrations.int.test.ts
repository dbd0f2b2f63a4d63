import { readFile } from 'node:fs/promises';
import { createLogger } from '@florin/chassis';
import { migrate, migrateTo } from '@florin/postgres';
import { createTestDatabase, type TestDatabase } from '@florin/testkit';
import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';

const folder = new URL('../../migrations/', import.meta.url);
const journal = JSON.parse(await readFile(new URL('meta/_journal.json', folder), 'utf8')) as {
  entries: { tag: string }[];
};
const tags = journal.entries.map(({ tag }) => tag);
const logger = createLogger({ name: 'test', level: 'silent' });

/** Rows as they stand after a migration, so that the next one meets a schema with data in it. A new table adds its own. */
const populate: Record<string, (sql: Sql) => Promise<unknown>> = {
  '0000_init': (sql) => sql`
    with the_user as (
      insert into users values (gen_random_uuid(), 'k1.index', 'v1.k1.a.b', 'v1.k1.c.d', '$argon2id$', '{user}', now(), now(), null)
      returning user_id
    ), the_session as (
      insert into sessions select gen_random_uuid(), user_id, 'florin-password', '{pwd}', now(), now(), now(), null from the_user
      returning session_id
    ), the_token as (
      insert into refresh_tokens select 'hash', session_id, now(), null from the_session
    ), the_event as (
      insert into outbox (event, created_at) values ('{}', now())
    ), the_sequence as (
      insert into aggregate_sequences values ('usr_1', 1)
    )
    insert into signing_keys values (gen_random_uuid(), 'access', 'v1.k1.e.f', now())`,
};

let database: TestDatabase;
let sql: Sql;

beforeAll(async () => {
  database = await createTestDatabase('migrations');
  sql = postgres(database.owner_url, { max: 1, onnotice: () => undefined });
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});

it('every migration applies to the schema before it, with rows in every table', async () => {
  for (const tag of tags) {
    expect(await migrateTo({ owner_url: database.owner_url, folder, logger }, tag)).toEqual([tag]);
    expect(populate, 'say in `populate` what rows the schema holds after it').toHaveProperty(tag);
    await populate[tag]?.(sql);
  }
  expect(await migrate({ owner_url: database.owner_url, folder, logger })).toEqual([]);
  const tables = await sql<{ name: string }[]>`
    select tablename as name from pg_tables where schemaname = 'public'`;
  for (const { name } of tables) {
    expect(await sql`select 1 from ${sql(name)} limit 1`, `rows in ${name}`).toHaveLength(1);
  }
});

it('the runtime role reads and writes rows, and cannot change the schema', async () => {
  const runtime = postgres(database.url, { max: 1, onnotice: () => undefined });
  try {
    expect(await runtime`update users set updated_at = now() returning 1 as one`).toHaveLength(1);
    await expect(runtime`drop table users`).rejects.toMatchObject({ code: '42501' });
  } finally {
    await runtime.end();
  }
});
