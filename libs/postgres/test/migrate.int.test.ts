import { cp, readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { createTestDatabase, type TestDatabase, testDirectory } from '@florin/testkit';
import postgres from 'postgres';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { migrate, migrateTo, pendingMigrations } from '../src/index.js';
import { migrations, silent } from './fixtures/service-database.js';

let database: TestDatabase;

beforeEach(async () => {
  database = await createTestDatabase('migrate');
});

afterEach(() => database.drop());

const options = () => ({ owner_url: database.owner_url, folder: migrations, logger: silent });

it('applies what is pending, once, and says what that was', async () => {
  expect(await migrate(options())).toEqual(['0000_events', '0001_kinds']);
  expect(await migrate(options())).toEqual([]);
});

it('lets one process migrate where several start at once', async () => {
  const applied = await Promise.all(Array.from({ length: 5 }, () => migrate(options())));
  expect(applied.flat()).toEqual(['0000_events', '0001_kinds']);
});

it('tells the runtime role what the schema still lacks', async () => {
  const pending = () => pendingMigrations({ url: database.url, folder: migrations });
  expect(await pending()).toEqual(['0000_events', '0001_kinds']);
  await migrateTo(options(), '0000_events');
  expect(await pending()).toEqual(['0001_kinds']);
  await migrate(options());
  expect(await pending()).toEqual([]);
});

it('migrates a populated older schema', async () => {
  await migrateTo(options(), '0000_events');
  const sql = postgres(database.url, { max: 1 });
  await sql`insert into notes (note_id, body, amount_minor) values (gen_random_uuid(), 'old', 5)`;
  expect(await migrate(options())).toEqual(['0001_kinds']);
  expect(await sql`select body, kind from notes`).toEqual([{ body: 'old', kind: 'plain' }]);
  await sql.end();
});

it('leaves the schema as it was where one of several migrations fails', async () => {
  const folder = `${await testDirectory()}/migrations`;
  await cp(migrations, folder, { recursive: true });
  const file = `${folder}/0001_kinds.sql`;
  await writeFile(file, `${await readFile(file, 'utf8')}\n--> statement-breakpoint\nselect 1 / 0;`);
  await expect(migrate({ ...options(), folder: pathToFileURL(`${folder}/`) })).rejects.toThrow();
  expect(await pendingMigrations({ url: database.url, folder: migrations })).toEqual([
    '0000_events',
    '0001_kinds',
  ]);
});

it('names a migration that does not exist', async () => {
  await expect(migrateTo(options(), '0009_none')).rejects.toThrow('there is no migration 0009_none');
});
