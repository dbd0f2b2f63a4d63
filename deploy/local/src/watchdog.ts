import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './root.js';

/** Whom to end, and how, should this process go without ending them itself. */
export interface Watchdog {
  guard(pid: number, signal: 'SIGTERM' | 'SIGINT'): void;
  release(pid: number): void;
  /** All is stopped: the watchdog may go. */
  close(): void;
}

/** Starts the small process of ../watchdog.mjs beside this one. It never keeps this one alive. */
export function startWatchdog(): Watchdog {
  const program = join(ROOT, 'deploy/local/watchdog.mjs');
  const child = spawn(process.execPath, [program], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  child.unref();
  const { stdin } = child;
  // Killed by hand, it can no longer be told anything; the mesh runs on without it.
  stdin.on('error', () => undefined);
  child.on('error', () => undefined);
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  return {
    guard: (pid, signal) => stdin.write(`+${pid} ${signal}\n`),
    release: (pid) => stdin.write(`-${pid}\n`),
    close: () => stdin.end(),
  };
}
