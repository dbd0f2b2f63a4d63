import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { LogFile } from './log-file.js';
import type { Watchdog } from './watchdog.js';

const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 3_000;
/** A process that lived this long is well: its next crash is the first of a row. */
const WELL_AFTER_MS = 30_000;
const CRASHES_IN_A_ROW = 8;
const STOP_TIMEOUT_MS = 10_000;

/** Most of what a call allocates dies with it: a larger nursery has it die there, which saves a tenth of the CPU. */
const NODE_FLAGS = ['--enable-source-maps', '--max-semi-space-size=32'];

export type ProcessState = 'running' | 'restarting' | 'stopped' | 'gave_up';

export interface ProcessOptions {
  name: string;
  /** The bundle. */
  program: string;
  env: Record<string, string>;
  log: LogFile;
  watchdog: Watchdog;
  /** Before the first new start; doubled with each crash in a row, up to 3 s. */
  first_delay_ms?: number;
  /** Everything it prints, and what the supervisor has to say about it. */
  onLine: (line: string) => void;
}

/** One process of the mesh, started again when it ends without having been asked to. */
export class SupervisedProcess {
  readonly name: string;
  readonly #options: ProcessOptions;
  #child: ChildProcess | undefined;
  #state: ProcessState = 'stopped';
  #crashes = 0;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: ProcessOptions) {
    this.name = options.name;
    this.#options = options;
  }

  get state(): ProcessState {
    return this.#state;
  }

  get pid(): number | undefined {
    return this.#state === 'running' ? this.#child?.pid : undefined;
  }

  get log_path(): string {
    return this.#options.log.path;
  }

  /** The end of its log, for an error about it. */
  get tail(): string {
    return this.#options.log.tail();
  }

  start(): void {
    if (this.#state === 'running' || this.#state === 'restarting') return;
    this.#crashes = 0;
    this.#launch();
  }

  /** Asks it to end (SIGTERM), insists after 10 s. It stays down until `start`. */
  async stop(): Promise<void> {
    clearTimeout(this.#retry);
    const child = this.#child;
    const wasRunning = this.#state === 'running';
    this.#state = 'stopped';
    if (child === undefined || !wasRunning) return;
    const insist = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await end(child, 'SIGTERM');
    clearTimeout(insist);
  }

  /** As a crash would: it comes back by itself. Resolves when it is gone. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.#child !== undefined && this.#state === 'running') await end(this.#child, signal);
  }

  #launch(): void {
    const { program, env, watchdog } = this.#options;
    const began_ms = Date.now();
    // A process group of its own: Ctrl-C is for the supervisor, which stops all of them in the right order.
    const child = spawn(process.execPath, [...NODE_FLAGS, program], {
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { pid } = child;
    this.#child = child;
    this.#state = 'running';
    if (pid !== undefined) watchdog.guard(pid, 'SIGTERM');
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => this.#write(line));
    }
    child.once('error', (error) => this.#write(`could not be started: ${error.message}`));
    child.once('close', (code, signal) => {
      if (pid !== undefined) watchdog.release(pid);
      if (this.#state === 'running' && this.#child === child) this.#ended(signal ?? `code ${code}`, began_ms);
    });
  }

  #ended(how: string, began_ms: number): void {
    this.#crashes = Date.now() - began_ms >= WELL_AFTER_MS ? 1 : this.#crashes + 1;
    if (this.#crashes >= CRASHES_IN_A_ROW) {
      this.#state = 'gave_up';
      this.#write(
        `ended (${how}) ${this.#crashes} times in a row and stays down; its log: ${this.#options.log.path}`,
      );
      return;
    }
    this.#state = 'restarting';
    const { first_delay_ms = FIRST_DELAY_MS } = this.#options;
    const delay_ms = Math.min(first_delay_ms * 2 ** (this.#crashes - 1), LONGEST_DELAY_MS);
    this.#write(`ended (${how}), starts again in ${delay_ms / 1000} s`);
    this.#retry = setTimeout(() => this.#launch(), delay_ms);
  }

  #write(line: string): void {
    this.#options.log.write(line);
    this.#options.onLine(line);
  }
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  return new Promise((resolve) => {
    child.once('close', () => resolve());
    if (!child.kill(signal) && (child.exitCode !== null || child.signalCode !== null)) resolve();
  });
}
