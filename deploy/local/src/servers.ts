import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  dockerAnswers,
  findNatsServer,
  type ProvisionedDatabase,
  provisionDatabase,
  type RunningServer,
  startNats,
  startNatsContainer,
  startPostgres,
} from '@florin/testkit';
import { natsUsers } from './nats-users.js';
import type { PortPlan } from './port-plan.js';
import type { Secrets } from './secrets.js';
import type { Watchdog } from './watchdog.js';

const CHECK_INTERVAL_MS = 500;

/** Postgres or NATS. Where a running one was adopted, it is neither stopped nor started by us. */
export interface Server {
  name: string;
  url: string;
  /** Undefined where it is not our child. */
  readonly pid: number | undefined;
  /** As a crash; brought back by the supervisor. Tests do this. */
  kill(): Promise<void>;
  /** Stops it and keeps it down until `restart`. */
  stop(): Promise<void>;
  restart(): Promise<void>;
}

function adopted(name: string, url: string): Server {
  const notOurs = () =>
    Promise.reject(new Error(`${name} at ${new URL(url).host} was adopted: it is not ours to stop`));
  return { name, url, pid: undefined, kill: notOurs, restart: notOurs, stop: async () => undefined };
}

/** Tells the watchdog of a server, and starts it again when it ends without having been asked to. */
function supervised(
  name: string,
  server: RunningServer,
  watchdog: Watchdog,
  options: { signal: 'SIGINT' | 'SIGTERM'; onLine: (line: string) => void },
): Server {
  let wanted = true;
  let busy = false;
  let guarded = 0;
  const guard = () => {
    if (guarded !== 0) watchdog.release(guarded);
    guarded = server.pid ?? 0;
    if (guarded !== 0) watchdog.guard(guarded, options.signal);
  };
  const restart = async () => {
    busy = true;
    try {
      await server.restart();
      guard();
    } finally {
      busy = false;
    }
  };
  guard();
  const check = setInterval(() => {
    if (!wanted || busy || isAlive(server.pid)) return;
    options.onLine('ended unexpectedly, starts again');
    restart().catch((error: Error) => options.onLine(`does not start: ${error.message}`));
  }, CHECK_INTERVAL_MS);
  check.unref();
  return {
    name,
    url: server.url,
    get pid() {
      return server.pid;
    },
    kill: () => server.kill(),
    async stop() {
      wanted = false;
      await server.stop();
      if (guarded !== 0) watchdog.release(guarded);
      guarded = 0;
    },
    async restart() {
      await restart();
      wanted = true;
    },
  };
}

interface Starting {
  data_dir: string;
  port: PortPlan;
  secrets: Secrets;
  watchdog: Watchdog;
  onLine: (source: string, line: string) => void;
}

/** Postgres over `<data_dir>/postgres`, or the running one that is given. */
export async function startPostgresServer(
  options: Starting & { postgres_url: string | undefined },
): Promise<Server> {
  if (options.postgres_url) return adopted('Postgres', options.postgres_url);
  const { data_dir, secrets, watchdog, onLine } = options;
  const server = await startPostgres({
    data_dir: postgresFolder(data_dir),
    port: options.port('postgres', 'server'),
    password: secrets.secret('postgres'),
    log_file: join(data_dir, 'logs/postgres.log'),
  });
  const line = (text: string) => onLine('postgres', text);
  return supervised('Postgres', server, watchdog, { signal: 'SIGINT', onLine: line });
}

/**
 * NATS with JetStream over `<data_dir>/nats`, with a user for each service: the running one that is given, else an
 * installed nats-server, else Docker, else the system's package, else an error that says how to get one.
 */
export async function startNatsServer(
  options: Starting & { nats_url: string | undefined; users: readonly string[] },
): Promise<Server> {
  if (options.nats_url) return adopted('NATS', options.nats_url);
  const { data_dir, secrets, watchdog, onLine } = options;
  const port = options.port('nats', 'server');
  const config = natsUsers(options.users, secrets);
  if ((await findNatsServer()) === undefined && (await dockerAnswers())) {
    const container = await startNatsContainer({ config, port });
    return { ...adopted('NATS in Docker', container.url), stop: () => container.stop() };
  }
  const server = await startNats({ dir: join(data_dir, 'nats'), port, config });
  const line = (text: string) => onLine('nats', text);
  return supervised('NATS', server, watchdog, { signal: 'SIGTERM', onLine: line });
}

/** A database and its roles for each service, made or brought up to date. */
export async function provision(
  admin_url: string,
  prefix: string,
  services: readonly string[],
  secrets: Secrets,
): Promise<Map<string, ProvisionedDatabase>> {
  const databases = new Map<string, ProvisionedDatabase>();
  for (const service of services) {
    const options = { name: `${prefix}_${service}`, password: secrets.secret(`postgres:${service}`) };
    databases.set(service, await provisionDatabase(admin_url, options));
  }
  return databases;
}

/**
 * Where Postgres keeps its data: in `data_dir`, unless this is root (as whom Postgres refuses to run) below a folder
 * that only root may enter, such as /root. Then below /var/lib/florin, and `places.json` says so to `npm run reset`.
 */
function postgresFolder(data_dir: string): string {
  const inside = join(data_dir, 'postgres');
  if (process.getuid?.() !== 0) return inside;
  if (othersMayEnter(dirname(data_dir))) {
    chmodSync(data_dir, statSync(data_dir).mode | 0o011);
    return inside;
  }
  const name = createHash('sha256').update(data_dir).digest('hex').slice(0, 12);
  const place = join('/var/lib/florin', name);
  mkdirSync(place, { recursive: true, mode: 0o755 });
  writeFileSync(join(data_dir, 'places.json'), `${JSON.stringify({ postgres: place })}\n`);
  return join(place, 'postgres');
}

function othersMayEnter(folder: string): boolean {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats !== undefined && (stats.mode & 0o001) === 0) return false;
  return dirname(folder) === folder || othersMayEnter(dirname(folder));
}

function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
