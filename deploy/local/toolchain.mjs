// Brings pnpm, installs, builds. On a machine that has done it before this costs about a second.
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT, runStep, step } from './step.mjs';

const run = promisify(execFile);
const onWindows = process.platform === 'win32';
const { version: wanted } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).devEngines
  .packageManager;
const REMEMBERED = join(ROOT, '.florin/toolchain.json');

/**
 * The environment for everything that is started from here: pnpm and the workspace's own programs are on its PATH
 * (turbo starts `pnpm` by name).
 * @returns {Promise<NodeJS.ProcessEnv>}
 */
export async function toolchain() {
  const folder = await pnpmFolder();
  const path = [join(ROOT, 'node_modules/.bin'), folder, process.env.PATH].filter(Boolean).join(delimiter);
  // A second lockfile or another store must not come from what a calling package manager exported.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm|pnpm)_/i.test(name)));
  return { ...env, PATH: path };
}

/** Path of a program of the workspace, to be started without a shell (so that paths may hold spaces). */
export const program = (name) => join(ROOT, 'node_modules/.bin', onWindows ? `${name}.cmd` : name);

export async function install(env) {
  await runStep(
    'install',
    'Installing packages as the lockfile says',
    [...shellFree('pnpm', env), 'install', '--frozen-lockfile', '--prefer-offline'],
    { env },
  );
}

export async function build(env) {
  await runStep(
    'build',
    'Building what changed',
    [program('turbo'), 'run', 'build', '--output-logs=errors-only'],
    {
      env: { ...env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
    },
  );
}

/** Runs a program of the workspace in this terminal; resolves to its exit code. */
export function runVisibly(name, args, env) {
  const path = name === process.execPath ? name : program(name);
  return new Promise((resolve, reject) => {
    // Ctrl-C reaches the program by itself; this process waits for its end and its exit code.
    const ignore = () => {};
    process.on('SIGINT', ignore);
    const child = spawn(path, args, { cwd: ROOT, env, stdio: 'inherit', shell: onWindows && path !== name });
    process.once('SIGTERM', () => child.kill('SIGTERM'));
    child.once('error', reject);
    child.once('close', (code) => {
      process.off('SIGINT', ignore);
      resolve(code ?? 1);
    });
  });
}

/** Node starts .cmd files through a shell only; elsewhere a name found on the PATH will do. */
function shellFree(name, env) {
  return onWindows ? [env.ComSpec ?? 'cmd.exe', '/d', '/s', '/c', name] : [name];
}

/** The folder that holds a `pnpm` of the major version the lockfile was written by; undefined: the PATH has one. */
async function pnpmFolder() {
  if (await isWanted('pnpm')) return undefined;
  const remembered = readRemembered();
  if (remembered !== undefined) return remembered;
  return step(`Bringing pnpm ${wanted}`, async () => {
    const folder = await bringPnpm();
    mkdirSync(dirname(REMEMBERED), { recursive: true });
    writeFileSync(REMEMBERED, `${JSON.stringify({ pnpm: wanted, folder })}\n`);
    return folder;
  });
}

async function isWanted(pnpm) {
  try {
    const { stdout } = await run(pnpm, ['--version'], { cwd: ROOT, timeout: 10_000, shell: onWindows });
    return stdout.trim().split('.')[0] === wanted.split('.')[0];
  } catch {
    return false;
  }
}

function readRemembered() {
  try {
    const { pnpm, folder } = JSON.parse(readFileSync(REMEMBERED, 'utf8'));
    return pnpm === wanted && existsSync(join(folder, onWindows ? 'pnpm.cmd' : 'pnpm')) ? folder : undefined;
  } catch {
    return undefined;
  }
}

/** npx keeps what it brings in npm's cache and puts that folder first on the PATH of the program it starts. */
async function bringPnpm() {
  const ask = 'process.stdout.write(process.env.PATH ?? process.env.Path)';
  const { stdout } = await run(
    onWindows ? 'npx.cmd' : 'npx',
    ['--yes', `--package=pnpm@${wanted}`, 'node', '-e', onWindows ? `"${ask}"` : ask],
    { cwd: ROOT, timeout: 300_000, shell: onWindows },
  );
  const folder = stdout
    .split(delimiter)
    .find((entry) => existsSync(join(entry, 'pnpm')) && entry.includes('_npx'));
  if (folder === undefined) throw new Error(`npx brought pnpm ${wanted} but not onto its PATH: ${stdout}`);
  return folder;
}
