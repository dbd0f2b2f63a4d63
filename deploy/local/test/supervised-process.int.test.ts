import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '@florin/testkit';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { LogFile } from '../src/log-file.js';
import { SupervisedProcess } from '../src/supervised-process.js';
import { startWatchdog, type Watchdog } from '../src/watchdog.js';

// A path with a space in it, as people have them.
let folder = '';
let watchdog: Watchdog;
const started: SupervisedProcess[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'florin supervised '));
  watchdog = startWatchdog();
});
afterEach(async () => {
  for (const subject of started.splice(0)) await subject.stop();
});
afterAll(() => {
  watchdog.close();
  rmSync(folder, { recursive: true, force: true });
});

function start(code: string, first_delay_ms = 200): { subject: SupervisedProcess; lines: string[] } {
  const program = join(folder, `${started.length}.mjs`);
  writeFileSync(program, code);
  const lines: string[] = [];
  const log = new LogFile(join(folder, `${started.length}.log`));
  const onLine = (line: string) => lines.push(line);
  const subject = new SupervisedProcess({
    name: 'subject',
    program,
    env: {},
    log,
    watchdog,
    first_delay_ms,
    onLine,
  });
  started.push(subject);
  subject.start();
  return { subject, lines };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const staysUp = "console.log('up'); setInterval(() => {}, 1000);";

test('a killed process is back within 5 s, under another id', async () => {
  const { subject, lines } = start(staysUp);
  await until(() => expect(lines).toContain('up'), { timeout: 5_000 });
  const first = subject.pid;
  await subject.kill();
  await until(() => expect(lines.filter((line) => line === 'up')).toHaveLength(2), { timeout: 5_000 });
  expect(subject.pid).not.toBe(first);
});

test('a process that cannot stay up is given up after eight crashes in a row, and says so', async () => {
  const { subject, lines } = start('process.exit(3);', 5);
  await until(() => expect(subject.state).toBe('gave_up'), { timeout: 10_000 });
  expect(lines.at(-1)).toMatch(/^ended \(code 3\) 8 times in a row and stays down/);
});

test('a stopped process stays down, and may be started again', async () => {
  const { subject, lines } = start(staysUp);
  await until(() => expect(lines).toContain('up'), { timeout: 5_000 });
  await subject.stop();
  expect(subject).toMatchObject({ state: 'stopped', pid: undefined });
  expect(lines.filter((line) => line.includes('starts again'))).toEqual([]);
  subject.start();
  await until(() => expect(lines.filter((line) => line === 'up')).toHaveLength(2), { timeout: 5_000 });
});

test('a process that ignores the polite signal does not outlive a killed supervisor', async () => {
  const stubborn = spawn(process.execPath, [
    '-e',
    "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)",
  ]);
  const polite = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const released = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const pid = (child: ChildProcess) => child.pid ?? 0;
  const supervisor = spawn(process.execPath, [
    '-e',
    `const { spawn } = require('node:child_process');
     const dog = spawn(process.execPath, [${JSON.stringify(fileURLToPath(new URL('../watchdog.mjs', import.meta.url)))}],
       { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
     dog.stdin.write('+${pid(stubborn)} SIGTERM\\n+${pid(polite)} SIGTERM\\n+${pid(released)} SIGTERM\\n-${pid(released)}\\n');
     console.log('told'); setInterval(() => {}, 1000);`,
  ]);
  try {
    await once(supervisor.stdout, 'data');
    supervisor.kill('SIGKILL');
    await until(() => expect(isAlive(pid(polite))).toBe(false), { timeout: 3_000 });
    await until(() => expect(isAlive(pid(stubborn))).toBe(false), { timeout: 10_000 });
    expect(isAlive(pid(released))).toBe(true);
  } finally {
    for (const child of [stubborn, polite, released, supervisor]) child.kill('SIGKILL');
  }
});
