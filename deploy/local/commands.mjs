// The commands of the root package.json. Those that run the mesh go on in src/main.ts, once it has been built.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { check } from './check.mjs';
import { generate } from './generate.mjs';
import { reset } from './reset.mjs';
import { ROOT, StepFailed, showError, step } from './step.mjs';
import { build, install, runVisibly, toolchain } from './toolchain.mjs';

const began_ms = performance.now();

const commands = {
  start: inMesh('start'),
  demo: inMesh('demo'),
  async test(env, args) {
    await build(env);
    return runVisibly('vitest', ['run', ...args], env);
  },
  async check(env) {
    await check(env);
    return 0;
  },
  async bench(env, args) {
    await build(env);
    const program = join(ROOT, 'bench/dist/main.js');
    if (!existsSync(program)) return say('There are no benchmarks yet.');
    return runVisibly(process.execPath, [program, ...args], env);
  },
  async generate(env) {
    await generate(env);
    return 0;
  },
};

/** Runs a command, sets the exit code. What went wrong has been shown where it went wrong. */
export async function runCommand([name, ...args]) {
  try {
    if (name === 'reset') {
      process.exitCode = await reset();
      return;
    }
    const command = Object.hasOwn(commands, name ?? '') ? commands[name] : undefined;
    if (command === undefined) {
      process.exitCode = say(
        `Usage: node deploy/local/cli.mjs ${[...Object.keys(commands), 'reset'].join(' | ')}`,
      );
      return;
    }
    const env = await toolchain();
    await install(env);
    // Servers and timers of a command that has ended must not keep it from ending.
    process.exit(await command(env, args));
  } catch (error) {
    if (!(error instanceof StepFailed)) showError(error);
    process.exit(1);
  }
}

function inMesh(name) {
  return async (env, args) => {
    await build(env);
    const { commands: built } = await import(pathToFileURL(join(ROOT, 'deploy/local/dist/main.js')).href);
    if (built[name] === undefined) return say(`There is no ${name} yet.`);
    return built[name]({ began_ms, step }, args);
  };
}

function say(text) {
  console.error(text);
  return 1;
}
