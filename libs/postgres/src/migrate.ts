import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from '@florin/chassis';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as runMigrations } from 'drizzle-orm/postgres-js/migrator';
import postgres, { type Sql } from 'postgres';
import { z } from 'zod';

/** Among the advisory locks of a database. Services share none, so one number does for all. */
const LOCK = 7_205_001;
/** For another process that is migrating: longer than any migration of ours takes. */
const LOCK_TIMEOUT_MS = 60_000;
/** For table locks. A migration that queues behind a long query makes every other query queue behind it. */
const TABLE_LOCK_TIMEOUT_MS = 10_000;

const journalSchema = z.object({ entries: z.array(z.object({ tag: z.string(), when: z.number() })) });

interface Migration {
  tag: string;
  /** Drizzle's name for a migration in the table of applied ones: when it was generated, in ms. */
  when: number;
}

async function readJournal(folder: string): Promise<Migration[]> {
  const text = await readFile(join(folder, 'meta/_journal.json'), 'utf8');
  return journalSchema.parse(JSON.parse(text)).entries;
}

/** The migrations that drizzle would run now: those generated later than the last one applied. */
async function pendingOf(sql: Sql, journal: Migration[]): Promise<string[]> {
  const [{ exists } = { exists: false }] = await sql<{ exists: boolean }[]>`
    select to_regclass('drizzle.__drizzle_migrations') is not null as exists`;
  const [{ last } = { last: null }] = exists
    ? await sql<{ last: string | null }[]>`select max(created_at) as last from drizzle.__drizzle_migrations`
    : [];
  return journal.filter(({ when }) => last === null || when > Number(last)).map(({ tag }) => tag);
}

interface MigrateOptions {
  /** The owner role's: only it may change the schema. */
  owner_url: string;
  /** Made by `drizzle-kit generate`: `NNNN_name.sql` and `meta/_journal.json`. */
  folder: URL;
  logger: Logger;
}

/**
 * Brings the schema up to date: all pending migrations in one transaction, or none. One process at a time; others wait a
 * minute for their turn and then find nothing to do.
 * @returns the migrations that were applied
 */
export async function migrate({ owner_url, folder, logger }: MigrateOptions): Promise<string[]> {
  const path = fileURLToPath(folder);
  const journal = await readJournal(path);
  const client = postgres(owner_url, {
    max: 1,
    connect_timeout: 10,
    // The lock is the session's: a connection replaced by age would lose it.
    max_lifetime: null,
    onnotice: () => undefined,
    connection: { application_name: 'florin migrate' },
  });
  try {
    const started = performance.now();
    await client`select set_config('lock_timeout', ${String(LOCK_TIMEOUT_MS)}, false)`;
    await client`select pg_advisory_lock(${LOCK})`;
    await client`select set_config('lock_timeout', ${String(TABLE_LOCK_TIMEOUT_MS)}, false)`;
    const applied = await pendingOf(client, journal);
    if (applied.length > 0) {
      await runMigrations(drizzle(client), { migrationsFolder: path });
    }
    const duration_ms = Math.round(performance.now() - started);
    logger.info({ applied, duration_ms }, applied.length > 0 ? 'schema migrated' : 'schema is up to date');
    return applied;
  } finally {
    await client.end({ timeout: 5 });
  }
}

/** The migrations that the database still lacks. Needs no more than the runtime role, so that a process can refuse to start. */
export async function pendingMigrations({ url, folder }: { url: string; folder: URL }): Promise<string[]> {
  const client = postgres(url, { max: 1, connect_timeout: 10 });
  try {
    return await pendingOf(client, await readJournal(fileURLToPath(folder)));
  } finally {
    await client.end({ timeout: 5 });
  }
}

/**
 * Migrates up to and including one migration, for tests that populate an older schema before they apply the next.
 * @param tag the file's name without `.sql`
 */
export async function migrateTo(options: MigrateOptions, tag: string): Promise<string[]> {
  const part = await mkdtemp(join(tmpdir(), 'florin-migrations-'));
  try {
    await cp(options.folder, part, { recursive: true });
    const journal = await readJournal(part);
    const index = journal.findIndex((entry) => entry.tag === tag);
    if (index < 0) throw new Error(`there is no migration ${tag}`);
    const entries = journal.slice(0, index + 1).map((entry, idx) => ({ idx, breakpoints: true, ...entry }));
    await writeFile(join(part, 'meta/_journal.json'), JSON.stringify({ entries }));
    return await migrate({ ...options, folder: new URL(`file://${part}/`) });
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}
