import { readFile } from 'node:fs/promises';
import postgres, { type Sql } from 'postgres';

/** Rows as they stand after a migration, by its tag. A new table adds its own. */
export type Population = Record<string, (sql: Sql) => Promise<unknown>>;

interface MigrationsUnderTest {
  owner_url: string;
  /** The service's, with `meta/_journal.json`. */
  folder: URL;
  /** Given, as @florin/postgres itself is tested with this package. Gives the migrations that it applied. */
  migrateTo: (tag: string) => Promise<string[]>;
  populate: Population;
}

/**
 * Expects that every migration applies to the schema before it with rows in every table, as it meets them where the service
 * has been in use.
 */
export async function expectMigrations({ owner_url, folder, migrateTo, populate }: MigrationsUnderTest) {
  const { expect } = await import('vitest');
  const journal = JSON.parse(await readFile(new URL('meta/_journal.json', folder), 'utf8')) as {
    entries: { tag: string }[];
  };
  const sql = postgres(owner_url, { max: 1, onnotice: () => undefined });
  try {
    for (const { tag } of journal.entries) {
      expect(await migrateTo(tag)).toEqual([tag]);
      expect(populate, 'say in `populate` what rows the schema holds after it').toHaveProperty(tag);
      await populate[tag]?.(sql);
    }
    const tables = await sql<{ name: string }[]>`
      select tablename as name from pg_tables where schemaname = 'public'`;
    for (const { name } of tables) {
      expect(await sql`select 1 from ${sql(name)} limit 1`, `rows in ${name}`).toHaveLength(1);
    }
  } finally {
    await sql.end();
  }
}
