import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts, until } from '@florin/testkit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fixedPorts } from '../src/port-plan.js';
import { busyPorts, type Port } from '../src/ports.js';
import { HOST } from '../src/topology.js';

// What `npm start` runs once it has installed and built.
const program = `
  const { commands } = await import(${JSON.stringify(fileURLToPath(new URL('../dist/main.js', import.meta.url)))});
  process.exit(await commands.start({ began_ms: 0, step: (_what, work) => work() }));`;

let data_dir = '';
let ports: Port[] = [];
let env: NodeJS.ProcessEnv = {};

beforeEach(async () => {
  data_dir = mkdtempSync(join(tmpdir(), 'florin start '));
  const documented = fixedPorts({});
  const free = await freePorts(documented.length);
  ports = documented.map((port, index) => ({ ...port, port: free[index] ?? 0 }));
  const moved = ports.map(({ variable, port }) => [variable, String(port)]);
  env = { ...process.env, ...Object.fromEntries(moved), FLORIN_DATA_DIR: data_dir };
});
afterEach(() => rmSync(data_dir, { recursive: true, force: true, maxRetries: 10 }));

interface Output {
  child: ChildProcess;
  text(): string;
}

function startCommand(): Output {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { env });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (text += data));
  return { child, text: () => text };
}

async function untilReady({ child, text }: Output): Promise<void> {
  await vi.waitUntil(() => text().includes('Florin is ready') || child.exitCode !== null, {
    timeout: 60_000,
    interval: 50,
  });
  expect(text()).toContain('Florin is ready');
}

/** Every port the mesh listened on is free again: nothing of it lives on. */
async function untilNothingListens(): Promise<void> {
  await until(async () => expect(await busyPorts(HOST, ports)).toEqual([]), {
    timeout: 30_000,
    interval: 100,
  });
}

// proves: no-orphans
test.each([
  ['interrupted', 'SIGINT', 0],
  ['asked to end', 'SIGTERM', 0],
  ['killed', 'SIGKILL', null],
] as const)(
  'a local run that is %s leaves no process behind',
  async (_how, signal, code) => {
    const run = startCommand();
    await untilReady(run);
    expect(await busyPorts(HOST, ports)).toHaveLength(ports.length);
    run.child.kill(signal);
    const [exit_code] = await once(run.child, 'exit');
    expect(exit_code).toBe(code);
    await untilNothingListens();
  },
  90_000,
);

test('a local run that is interrupted while it starts leaves no process behind', async () => {
  const run = startCommand();
  const postgres = ports.filter(({ owner }) => owner === 'postgres');
  await until(async () => expect(await busyPorts(HOST, postgres)).toHaveLength(1), {
    timeout: 30_000,
    interval: 20,
  });
  run.child.kill('SIGINT');
  await once(run.child, 'exit');
  await untilNothingListens();
}, 90_000);

test('a second start says that Florin already runs here, and touches nothing', async () => {
  const run = startCommand();
  await untilReady(run);
  const second = startCommand();
  expect(await once(second.child, 'exit')).toEqual([1, null]);
  expect(second.text()).toContain('Florin already runs here');
  expect(await busyPorts(HOST, ports)).toHaveLength(ports.length);
  run.child.kill('SIGINT');
  await once(run.child, 'exit');
}, 90_000);

// proves: port-in-use
test('a taken port stops the start before anything runs, and is named with its variable', async () => {
  const taken = spawn(process.execPath, [
    '-e',
    `require('node:net').createServer().listen(${env.GATEWAY_PORT}, '${HOST}', () => console.log('listens'))`,
  ]);
  try {
    await once(taken.stdout, 'data');
    const run = startCommand();
    expect(await once(run.child, 'exit')).toEqual([1, null]);
    expect(run.text()).toContain(`port ${env.GATEWAY_PORT} (gateway): choose another with GATEWAY_PORT`);
    expect((await busyPorts(HOST, ports)).map(({ owner }) => owner)).toEqual(['gateway']);
  } finally {
    taken.kill('SIGKILL');
  }
}, 30_000);
