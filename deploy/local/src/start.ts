import { join, relative } from 'node:path';
import { bold, consoleLine, cyan, dim, overStep } from './console.js';
import { type Mesh, startMesh } from './mesh.js';
import { ROOT } from './root.js';
import { currentRun, noteRun } from './run-file.js';

const DATA_DIR = process.env.FLORIN_DATA_DIR || join(ROOT, '.florin');
const RUN_FILE = join(DATA_DIR, 'run.json');

export interface CommandContext {
  /** When the command line began, by `performance.now()`. */
  began_ms: number;
  /** Shows a step and how long it took; a step that throws is shown with its error. */
  step<T>(what: string, work: () => Promise<T>): Promise<T>;
}

/** `npm start`: the mesh in the foreground until Ctrl-C. Resolves to the exit code. */
export async function start({ began_ms, step }: CommandContext): Promise<number> {
  const current = await currentRun(RUN_FILE);
  if (current !== undefined) {
    console.error(
      `Florin already runs here, since ${current.started_at} (process ${current.pid}): ${current.mcp_url}\n` +
        'Press Ctrl-C where it was started to stop it, or: npm run reset (stops it and deletes its data).',
    );
    return 1;
  }
  const asked = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  const starting = startMesh({
    data_dir: DATA_DIR,
    ports: 'fixed',
    postgres_url: process.env.POSTGRES_URL,
    nats_url: process.env.NATS_URL,
    step,
    onLine: (source, line) => {
      const shown = consoleLine(source, line);
      if (shown !== undefined) console.log(`${overStep}${shown}`);
    },
  });
  // Interrupted before it was ready: nothing to drain; the watchdog ends what has been started.
  const mesh = await Promise.race([starting, asked]);
  if (mesh === undefined) return 130;

  const forget = noteRun(RUN_FILE, {
    pid: process.pid,
    started_at: new Date().toISOString(),
    mcp_url: mesh.mcp_url,
  });
  console.log(welcome(mesh, (performance.now() - began_ms) / 1000));
  await asked;
  // Whoever asks twice does not want to wait.
  process.once('SIGINT', () => process.exit(130));
  console.log();
  await step('Stopping', () => mesh.stop());
  forget();
  return 0;
}

function welcome(mesh: Mesh, took_s: number): string {
  const row = (name: string, text: string) => `  ${dim(name.padEnd(9))}${text}`;
  return [
    '',
    `${bold('Florin is ready')} ${dim(`after ${took_s.toFixed(1)} s`)}`,
    '',
    row('connect', bold(cyan(mesh.mcp_url))),
    row('sign in', 'ada@florin.test or ben@florin.test, password florin-demo-passphrase'),
    row('browse', `${mesh.url('gateway')}/`),
    row('sandbox', `${mesh.url('sandbox')}/  the banks, and faults to switch on`),
    row('logs', `${relative(process.cwd(), DATA_DIR) || '.'}/logs/`),
    '',
    dim('  npm run demo, in another terminal, shows what it does. Ctrl-C stops everything.'),
    '',
  ].join('\n');
}
