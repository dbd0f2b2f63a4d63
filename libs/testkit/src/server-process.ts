import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server that this process started, and may stop, kill and start again over the same data and port. */
export interface RunningServer {
  /** Without credentials where the server has several users. */
  readonly url: string;
  /** Another after a restart. */
  readonly pid: number | undefined;
  /** Asks it to finish; killed when it has not after 10 s. */
  stop(): Promise<void>;
  /** As a crash: SIGKILL, nothing is flushed. */
  kill(): Promise<void>;
  /** Stops it if it runs, starts it, resolves when it answers. */
  restart(): Promise<void>;
}

interface ServerSpec {
  name: string;
  url: string;
  command: string;
  args: string[];
  /** The user to run as, where this process is root and the server refuses to be. */
  user?: { uid: number; gid: number } | undefined;
  log_file: string;
  stop_signal: 'SIGINT' | 'SIGTERM';
  /** Resolves true once the server answers. */
  answers: () => Promise<boolean>;
}

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 10_000;
const PROBE_INTERVAL_MS = 25;

const alive = new Set<ChildProcess>();

// The last resort for a process that ends without its teardown (an uncaught error, process.exit): no server outlives it.
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function ended(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  await new Promise<void>((resolve) => child.once('exit', () => resolve()));
}

function launch(spec: ServerSpec): ChildProcess {
  const log = openSync(spec.log_file, 'a');
  try {
    const child = spawn(spec.command, spec.args, {
      // Its own process group: Ctrl-C in a terminal reaches the whole group, and a database that stops before the
      // services that use it makes every clean stop look like an outage.
      detached: true,
      stdio: ['ignore', log, log],
      ...spec.user,
    });
    child.once('exit', () => alive.delete(child));
    child.once('error', () => alive.delete(child));
    alive.add(child);
    return child;
  } finally {
    closeSync(log);
  }
}

function logTail(spec: ServerSpec): string {
  return readFileSync(spec.log_file, 'utf8').split('\n').slice(-20).join('\n').trim();
}

/** True when it answers, false when it ended first. */
async function untilAnswering(spec: ServerSpec, child: ChildProcess, deadline: number): Promise<boolean> {
  let spawnError: Error | undefined;
  child.once('error', (error) => {
    spawnError = error;
  });
  while (Date.now() < deadline) {
    if (await spec.answers()) return true;
    if (spawnError !== undefined) throw spawnError;
    if (hasEnded(child)) return false;
    await sleep(PROBE_INTERVAL_MS);
  }
  child.kill('SIGKILL');
  throw new Error(`${spec.name} did not answer within ${START_TIMEOUT_MS / 1000} s:\n${logTail(spec)}`);
}

async function start(spec: ServerSpec, attempts: number): Promise<ChildProcess> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (let attempt = 1; ; attempt++) {
    const child = launch(spec);
    if (await untilAnswering(spec, child, deadline)) return child;
    if (attempt === attempts) throw new Error(`${spec.name} ended while starting:\n${logTail(spec)}`);
    await sleep(250);
  }
}

/** Starts a server and waits until it answers. */
export async function startServer(spec: ServerSpec): Promise<RunningServer> {
  let child = await start(spec, 1);

  async function stop(): Promise<void> {
    if (hasEnded(child)) return;
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    child.kill(spec.stop_signal);
    await ended(child);
    clearTimeout(timer);
  }

  return {
    url: spec.url,
    get pid() {
      return child.pid;
    },
    stop,
    async kill() {
      child.kill('SIGKILL');
      await ended(child);
    },
    async restart() {
      await stop();
      // After a kill, Postgres refuses to start for as long as a backend of the killed server still lives.
      child = await start(spec, 20);
    },
  };
}
