import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { type ProvisionedDatabase, provisionDatabase } from './provision.js';
import { testRun } from './test-run.js';

export interface TestDatabase extends ProvisionedDatabase {
  /** Ends all sessions and removes the database and its roles. */
  drop(): Promise<void>;
}

/**
 * A database of its own for the test file that asks, with the two roles that a service has in production.
 * @param name says whose it is to somebody who looks at the server; letters, digits and underscores.
 */
export async function createTestDatabase(name: string): Promise<TestDatabase> {
  const run = await testRun();
  // A name longer than 63 bytes would be cut off silently, `_owner` first.
  const unique = `t_${run.id}_${name.slice(0, 32)}_${randomBytes(3).toString('hex')}`;
  const urls = await provisionDatabase(run.postgres_url, { name: unique, password: 'test' });
  return {
    ...urls,
    async drop() {
      const admin = postgres(run.postgres_url, { max: 1, onnotice: () => undefined });
      try {
        await admin`drop database if exists ${admin(unique)} with (force)`;
        await admin`drop role if exists ${admin(unique)}, ${admin(`${unique}_owner`)}`;
      } finally {
        await admin.end();
      }
    },
  };
}

/** Removes what test files of the run left on a server that outlives it. */
export async function dropTestDatabases(adminUrl: string, runId: string): Promise<void> {
  const admin = postgres(adminUrl, { max: 1, onnotice: () => undefined });
  const prefix = `t_${runId}_`;
  try {
    const databases = await admin<{ name: string }[]>`
      select datname as name from pg_database where starts_with(datname, ${prefix})`;
    for (const { name } of databases) await admin`drop database if exists ${admin(name)} with (force)`;
    const roles = await admin<{ name: string }[]>`
      select rolname as name from pg_roles where starts_with(rolname, ${prefix})`;
    for (const { name } of roles) await admin`drop role if exists ${admin(name)}`;
  } finally {
    await admin.end();
  }
}
