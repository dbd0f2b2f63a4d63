import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createMeshCaller, testDirectory, until } from '@florin/testkit';
import type { Json, Person, Surroundings } from './surroundings.js';
import { untilMoneyMoves } from './until-money-moves.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const bundler = fileURLToPath(new URL('../../../../deploy/local/bundle.mjs', import.meta.url));
const MAX_LOG = 20_000;

/** Payments as it runs in production, a process of its own from its bundle. */
export interface PaymentsProcess {
  child: ChildProcess;
  tool(name: string, args: Json, person: Pick<Person, 'token'>): Promise<Json>;
  hasEnded(): boolean;
  ended: Promise<void>;
  /** As a crash: SIGKILL. Resolves when it is gone, also where it was before. */
  kill(): Promise<void>;
  /** What it printed last. */
  log(): string;
}

/** Makes the bundle anew, for this test file alone: others may be building or running the one in dist/. */
export async function bundlePayments(): Promise<string> {
  const dir = await testDirectory();
  await mkdir(join(dir, 'main'));
  // The bundle looks for them one folder up.
  await symlink(join(root, 'migrations'), join(dir, 'migrations'));
  await run(process.execPath, [bundler, join(dir, 'main')], { cwd: root });
  return join(dir, 'main', 'main.js');
}

/** @param preload a module that the process runs before anything of its own */
export async function startPaymentsProcess(
  main: string,
  around: Surroundings,
  {
    env = around.env,
    preload,
  }: {
    env?: Record<string, string>;
    preload?: URL;
  } = {},
): Promise<PaymentsProcess> {
  const args = [...(preload === undefined ? [] : ['--import', preload.href]), main];
  const child = spawn(process.execPath, args, {
    env: { ...env, PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      log = `${log}${chunk}`.slice(-MAX_LOG);
    });
  }
  // No test that is interrupted leaves a process behind.
  const killed = () => child.kill('SIGKILL');
  process.once('exit', killed);
  const ended = once(child, 'exit').then(() => {
    process.removeListener('exit', killed);
  });
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;

  await until(
    async () => {
      if (!hasEnded() && !(await fetch(`http://127.0.0.1:${env.HTTP_PORT}/readyz`)).ok) throw new Error(log);
    },
    { timeout: 30_000 },
  );
  if (hasEnded()) throw new Error(`payments ended while it started:\n${log}`);
  const caller = createMeshCaller(`127.0.0.1:${env.GRPC_PORT}`);
  await untilMoneyMoves(caller, around.issuer);

  return {
    child,
    tool: (name, given, { token }) => caller.call('tool', name, given, token),
    hasEnded,
    ended,
    async kill() {
      child.kill('SIGKILL');
      await ended;
      caller.close();
    },
    log: () => log,
  };
}
