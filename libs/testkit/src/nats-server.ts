import { execFile } from 'node:child_process';
import { access, constants, mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { type RunningServer, startServer } from './server-process.js';

const run = promisify(execFile);

const INSTALL_TIMEOUT_MS = 180_000;

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The path of an installed nats-server, if any. */
export async function findNatsServer(): Promise<string | undefined> {
  // Debian installs it where an ordinary user's PATH does not lead.
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/bin'];
  for (const folder of folders) {
    const path = join(folder, 'nats-server');
    if (folder !== '' && (await isExecutable(path))) return path;
  }
  return undefined;
}

/**
 * The path of a nats-server, installed from the system's packages where it is missing and this process may do that
 * (root on Debian and its relatives).
 * @throws Error that says how to get one.
 */
export async function natsServerBinary(): Promise<string> {
  const found = await findNatsServer();
  if (found !== undefined) return found;
  let failure = '';
  if (process.getuid?.() === 0 && (await isExecutable('/usr/bin/apt-get'))) {
    try {
      const options = {
        timeout: INSTALL_TIMEOUT_MS,
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      };
      await run('apt-get', ['update', '-q'], options);
      await run('apt-get', ['install', '-qy', '--no-install-recommends', 'nats-server'], options);
    } catch (error) {
      failure = ` Installing Debian's package failed: ${error instanceof Error ? error.message : error}`;
    }
    const installed = await findNatsServer();
    if (installed !== undefined) return installed;
  }
  throw new Error(
    'nats-server is missing. Install it (Debian and Ubuntu: apt-get install nats-server; macOS: brew install ' +
      'nats-server; others: https://github.com/nats-io/nats-server/releases), put it on the PATH, or start Docker.' +
      failure,
  );
}

/** A NATS server greets each connection with its INFO line. */
function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 1_000 });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', (data) => settle(data.toString('latin1').startsWith('INFO')));
    socket.once('error', () => settle(false));
    socket.once('close', () => settle(false));
    socket.once('timeout', () => settle(false));
  });
}

interface NatsOptions {
  /** Holds the configuration, the log and JetStream's files. */
  dir: string;
  port: number;
  /** What the configuration says beyond the address and JetStream: accounts, users, permissions. */
  config?: string;
}

/** Starts nats-server with JetStream on 127.0.0.1. */
export async function startNats({ dir, port, config = '' }: NatsOptions): Promise<RunningServer> {
  await mkdir(dir, { recursive: true });
  const file = join(dir, 'nats.conf');
  const lines = [
    `listen: "127.0.0.1:${port}"`,
    'server_name: florin',
    `jetstream { store_dir: ${JSON.stringify(join(dir, 'jetstream'))} }`,
    config,
  ];
  await writeFile(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  return startServer({
    name: 'nats-server',
    url: `nats://127.0.0.1:${port}`,
    command: await natsServerBinary(),
    args: ['-c', file],
    log_file: join(dir, 'nats.log'),
    stop_signal: 'SIGTERM',
    answers: () => greets(port),
  });
}
