import { chmod, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';

/** What the global setup leaves for every test file of the run. */
export interface TestRun {
  /** Six characters that keep this run's databases apart from another's on the same server. */
  id: string;
  /** Removed at the end of the run, with whatever servers still run in it. */
  dir: string;
  /** Of a superuser. */
  postgres_url: string;
  nats_url: string;
  /** Of every NATS account of the run. */
  nats_password: string;
  nats_accounts: number;
}

declare module 'vitest' {
  export interface ProvidedContext {
    florin: TestRun;
  }
}

/** A new folder that every user may enter, for servers that a test starts itself. Gone at the end of the run. */
export async function testDirectory(): Promise<string> {
  const dir = await mkdtemp(join((await testRun()).dir, 'own-'));
  // Postgres may run as another user, who must be able to enter.
  await chmod(dir, 0o755);
  return dir;
}

/** The run that this test file belongs to. */
export async function testRun(): Promise<TestRun> {
  // Imported here because this package also starts servers outside of vitest, where vitest need not be loaded.
  const { inject } = await import('vitest');
  return inject('florin');
}

/** Of the sequence in the server's first database by which test files claim their NATS account. */
export function natsSequence(run: Pick<TestRun, 'id'>): string {
  return `florin_nats_${run.id}`;
}

export function accountName(index: number): string {
  return `t${String(index).padStart(3, '0')}`;
}
