import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { environmentOf } from './environment.js';
import { LogFile } from './log-file.js';
import { planPorts } from './port-plan.js';
import { untilReady } from './readiness.js';
import { ROOT } from './root.js';
import { openSecrets } from './secrets.js';
import { provision, type Server, startNatsServer, startPostgresServer } from './servers.js';
import { SupervisedProcess } from './supervised-process.js';
import { HOST, type Surroundings, topology } from './topology.js';
import { startWatchdog } from './watchdog.js';

export interface MeshOptions {
  /** Holds secrets, logs and the data of what is started here, from one run to the next. */
  data_dir: string;
  /** `fixed`: the documented ports, or what variables such as GATEWAY_PORT say. Default `free`. */
  ports?: 'fixed' | 'free';
  /** A superuser's URL of a running Postgres, to use it instead of starting one. */
  postgres_url?: string | undefined;
  /** Before the name of each database, to keep meshes apart on one Postgres. Default `florin`. */
  database_prefix?: string;
  /** A running NATS, to use it instead of starting one. */
  nats_url?: string | undefined;
  /** By process: variables over those that it gets anyway. */
  env?: Record<string, Record<string, string>>;
  /** Each line that a process prints, and what the supervisor says about it. The logs hold them in any case. */
  onLine?: (source: string, line: string) => void;
  /** Wraps each step of the start, to show it. */
  step?: <T>(what: string, work: () => Promise<T>) => Promise<T>;
}

export interface Mesh {
  /** Where an MCP client connects. */
  mcp_url: string;
  /** `http://127.0.0.1:8081`; role `plaid` of `sandbox` is the stand-in for Plaid. */
  url(process: string, role?: string): string;
  /** `127.0.0.1:9081` */
  grpc(process: string): string;
  /** What a process was started with: its database, keys and secrets. */
  environment(process: string): Record<string, string>;
  /** To stop, start and look at one process. */
  process(name: string): SupervisedProcess;
  postgres: Server;
  nats: Server;
  /** As a crash: SIGKILL. Resolves when it is gone; it comes back by itself. */
  kill(name: string): Promise<void>;
  /** Resolves when it answers /readyz (again). */
  untilReady(name: string): Promise<void>;
  /** Ends everything that was started here. */
  stop(): Promise<void>;
}

/**
 * Starts the mesh as `npm start` runs it, each process from its bundle: Postgres and NATS, then every process of the
 * topology. Resolves when all are ready. When something does not come up, what has been started is stopped again.
 * @throws Error that names what did not come up and shows the end of its log
 */
export async function startMesh(options: MeshOptions): Promise<Mesh> {
  const { data_dir, postgres_url, nats_url, onLine = () => undefined } = options;
  const step = options.step ?? ((_what, work) => work());
  const except = [...(postgres_url ? ['postgres'] : []), ...(nats_url ? ['nats'] : [])];
  const port = await planPorts(options.ports ?? 'free', except);
  mkdirSync(data_dir, { recursive: true });
  mkdirSync(join(data_dir, 'logs'), { recursive: true, mode: 0o700 });
  const secrets = openSecrets(join(data_dir, 'secrets.json'));
  const watchdog = startWatchdog();

  const running: { stop(): Promise<void> }[] = [];
  const stop = async () => {
    // In reverse: the gateway takes no more calls, services finish theirs, then what they need goes.
    for (const part of running.splice(0).reverse()) await part.stop();
    watchdog.close();
  };
  try {
    const starting = { data_dir, port, secrets, watchdog, onLine };
    const stateful = topology.filter((spec) => spec.stateful).map(({ name }) => name);
    const nats = await step('Starting NATS', () =>
      startNatsServer({ ...starting, nats_url, users: stateful }),
    );
    running.push(nats);
    const postgres = await step('Starting Postgres', () =>
      startPostgresServer({ ...starting, postgres_url }),
    );
    running.push(postgres);
    const prefix = options.database_prefix ?? 'florin';
    const databases = await provision(postgres.url, prefix, stateful, secrets);

    const at = surroundings(port, secrets, data_dir);
    const environments = new Map(
      topology.map((spec) => {
        const given = {
          database: databases.get(spec.name),
          nats_url: nats.url,
          over: options.env?.[spec.name] ?? {},
        };
        return [spec.name, environmentOf(spec, at, given)];
      }),
    );
    const processes = new Map(
      topology.map(({ name, folder }) => {
        const child = new SupervisedProcess({
          name,
          program: bundleOf(folder),
          env: environments.get(name) ?? {},
          log: new LogFile(join(data_dir, 'logs', `${name}.log`)),
          watchdog,
          onLine: (line) => onLine(name, line),
        });
        return [name, child];
      }),
    );
    const one = (name: string) => named(processes, name);
    const ready = (name: string, crashes: 'end' | 'restart') => untilReady(one(name), at.url(name), crashes);
    await step(`Starting ${[...processes.keys()].join(', ')}`, async () => {
      for (const child of processes.values()) {
        running.push(child);
        child.start();
      }
      await Promise.all([...processes.keys()].map((name) => ready(name, 'end')));
    });
    return {
      mcp_url: `${at.url('gateway')}/mcp`,
      url: at.url,
      grpc: at.grpc,
      environment: (name) => named(environments, name),
      process: one,
      postgres,
      nats,
      kill: (name) => one(name).kill(),
      untilReady: (name) => ready(name, 'restart'),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function bundleOf(folder: string): string {
  const program = join(ROOT, folder, 'dist/main.js');
  if (!existsSync(program)) throw new Error(`${program} does not exist. Build it first: npx turbo run build`);
  return program;
}

function surroundings(
  port: Surroundings['port'],
  secrets: Surroundings['secrets'],
  data_dir: string,
): Surroundings {
  return {
    secrets,
    data_dir,
    mode: process.env.FLORIN_MODE || 'simulated',
    port,
    url: (name, role = 'http') => `http://${HOST}:${port(name, role)}`,
    grpc: (name) => `${HOST}:${port(name, 'grpc')}`,
  };
}

function named<T>(all: ReadonlyMap<string, T>, name: string): T {
  const found = all.get(name);
  if (found === undefined) throw new Error(`${name} is none of ${[...all.keys()].join(', ')}`);
  return found;
}
