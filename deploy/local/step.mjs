// One step of a command: says what it does and how long it took; one that fails shows the end of its log.
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LOGS = join(ROOT, '.florin/logs/steps');
const TAIL_LINES = 40;

/** A step that failed: what was to be said has been said, the command only has to end. */
export class StepFailed extends Error {}

const color = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code, text) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
export const dim = (text) => paint(2, text);
export const green = (text) => paint(32, text);
export const red = (text) => paint(31, text);

/** `1.4 s` */
export const seconds = (since_ms) => `${((performance.now() - since_ms) / 1000).toFixed(1)} s`;

/**
 * Runs a program to its end, its output in .florin/logs/steps/<name>.log.
 * @param {string} name one word, names the log
 * @param {string} what shown while it runs and after
 * @param {string[]} command the program and its arguments, given to it as they are (no shell)
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string }} [options]
 * @returns {Promise<string>} what it printed
 * @throws {StepFailed} when it ends with another code than 0; the end of its log has been shown
 */
export function runStep(name, what, command, options = {}) {
  return step(what, async () => {
    mkdirSync(LOGS, { recursive: true });
    const log = join(LOGS, `${name}.log`);
    const failure = await runToLog(command, log, options);
    const output = readFileSync(log, 'utf8');
    if (failure === null) return output;
    throw new StepFailed(
      `${output.trimEnd().split('\n').slice(-TAIL_LINES).join('\n')}\n\n${command.join(' ')}: ${failure}\nThe whole log: ${relative(process.cwd(), log)}`,
    );
  });
}

/** Plain errors were written for the person who reads this; others (a TypeError) are ours, and need their stack. */
export function showError(error) {
  const plain = error instanceof StepFailed || error?.constructor === Error;
  console.error(plain ? `\n${error.message}\n` : error);
}

/** The same for work done in this process; what `work` returns is returned. */
export async function step(what, work) {
  const began_ms = performance.now();
  if (color) process.stdout.write(dim(`… ${what}`));
  const clear = color ? '\r\u001b[K' : '';
  try {
    const result = await work();
    console.log(`${clear}${green('✓')} ${what} ${dim(seconds(began_ms))}`);
    return result;
  } catch (error) {
    console.log(`${clear}${red('✗')} ${what} ${dim(seconds(began_ms))}`);
    showError(error);
    throw new StepFailed(what);
  }
}

/** Resolves to null, or to what went wrong. */
function runToLog([program, ...args], log, options) {
  return new Promise((resolve) => {
    const file = createWriteStream(log);
    const child = spawn(program, args, {
      cwd: options.cwd ?? ROOT,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.pipe(file, { end: false });
    child.stderr.pipe(file, { end: false });
    const end = (failure) => file.end(() => resolve(failure));
    child.on('error', (error) => end(error.message));
    child.on('close', (code, signal) => end(code === 0 ? null : `ended with ${signal ?? `code ${code}`}`));
  });
}
