import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { chmod, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import type { TestProject } from 'vitest/node';
import { dockerAnswers, startNatsContainer, startPostgresContainer } from './containers.js';
import { dropTestDatabases } from './database.js';
import { findNatsServer, startNats } from './nats-server.js';
import { freePort } from './ports.js';
import { startPostgres } from './postgres-server.js';
import { accountName, natsSequence } from './test-run.js';

const ACCOUNTS = 256;
const DIR_PREFIX = 'florin-test-';

// Nothing of a test run has to survive a power cut, so nothing waits for the disk.
const SETTINGS = { max_connections: '400', fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

interface Started {
  url: string;
  stop(): Promise<void>;
}

async function startTestPostgres(dir: string, password: string): Promise<Started> {
  const given = process.env.TEST_DATABASE_URL;
  if (given !== undefined && given !== '') return { url: given, stop: async () => undefined };
  if (await dockerAnswers()) return startPostgresContainer({ password, settings: SETTINGS });
  return startPostgres({
    data_dir: join(dir, 'postgres'),
    port: await freePort(),
    log_file: join(dir, 'postgres.log'),
    password,
    settings: SETTINGS,
  });
}

/**
 * There is no TEST_NATS_URL beside TEST_DATABASE_URL: test files are kept apart by accounts, which only the server's
 * configuration can make.
 */
async function startTestNats(dir: string, password: string): Promise<Started> {
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) => {
    const name = accountName(index);
    return `  ${name} { jetstream: enabled, users: [{ user: ${name}, password: "${password}" }] }`;
  });
  const config = `accounts {\n${accounts.join('\n')}\n}`;
  if ((await findNatsServer()) === undefined && (await dockerAnswers()))
    return startNatsContainer({ config });
  return startNats({ dir: join(dir, 'nats'), port: await freePort(), config });
}

/** Kills every server that runs over files in the folder, and removes it. Works while the process exits, too. */
function removeWithServers(dir: string): void {
  const { stdout } = spawnSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' });
  for (const line of (stdout ?? '').split('\n')) {
    if (line.includes(`${dir}/`)) kill(Number.parseInt(line, 10), 'SIGKILL');
  }
  rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
}

/** False when there is no such process any more. */
function kill(pid: number, signal: 'SIGKILL' | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Cleans up after runs that were killed before their teardown. */
async function sweepAbandonedRuns(): Promise<void> {
  for (const entry of await readdir(tmpdir())) {
    const pid = new RegExp(`^${DIR_PREFIX}(\\d+)-`).exec(entry)?.[1];
    if (pid !== undefined && !kill(Number(pid), 0)) removeWithServers(join(tmpdir(), entry));
  }
}

/** vitest's globalSetup: one Postgres and one NATS for the run, on free ports. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await sweepAbandonedRuns();
  const id = randomBytes(3).toString('hex');
  const password = randomBytes(12).toString('hex');
  const dir = await mkdtemp(join(tmpdir(), `${DIR_PREFIX}${process.pid}-`));
  // Postgres may run as another user, who must be able to enter.
  await chmod(dir, 0o755);
  process.once('exit', () => {
    try {
      removeWithServers(dir);
    } catch {
      // A worker still writes there: the next run removes what is left.
    }
  });
  // An interrupted vitest ends at once, without teardown and without 'exit'.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

  const started = await Promise.allSettled([startTestPostgres(dir, password), startTestNats(dir, password)]);
  const servers = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const stopAll = async () => {
    await Promise.all(servers.map((server) => server.stop()));
    removeWithServers(dir);
  };
  const [database, nats] = started;
  if (database.status === 'rejected' || nats.status === 'rejected') {
    await stopAll();
    throw database.status === 'rejected' ? database.reason : (nats as PromiseRejectedResult).reason;
  }

  const admin = postgres(database.value.url, { max: 1 });
  const sequence = admin(natsSequence({ id }));
  await admin`create sequence ${sequence}`;
  project.provide('florin', {
    id,
    dir,
    postgres_url: database.value.url,
    nats_url: nats.value.url,
    nats_password: password,
    nats_accounts: ACCOUNTS,
  });

  return async () => {
    await dropTestDatabases(database.value.url, id);
    await admin`drop sequence ${sequence}`;
    await admin.end();
    await stopAll();
  };
}
