// `npm run check`: everything about the code that can be said without running it.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { generate, generatedPaths } from './generate.mjs';
import { ROOT, runStep, StepFailed, step } from './step.mjs';
import { program } from './toolchain.mjs';

const MAX_LINES = 300;
const COUNTED = /\.(ts|mjs|js|sql|sh|css|html)$/;
const GENERATED = /^proto\/gen\/|^proto\/events\/schemas\/|\/migrations\//;

/** Goes on after a check that failed, so that one run shows all there is to mend. */
export async function check(env) {
  const checks = [lint, types, contracts, generatedCode, lengths];
  let failed = 0;
  for (const one of checks) {
    try {
      await one(env);
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error;
      failed++;
    }
  }
  if (failed > 0) throw new StepFailed(`${failed} of ${checks.length} checks failed`);
}

const lint = (env) =>
  runStep(
    'check-lint',
    'Lint, format and import boundaries',
    [program('biome'), 'check', '--error-on-warnings', '--max-diagnostics=200'],
    { env },
  );

const types = (env) => runStep('check-types', 'Types, tests included', [program('tsc'), '-b'], { env });

const contracts = (env) =>
  runStep('check-contracts', 'The .proto contracts', [program('buf'), 'lint'], { env });

async function generatedCode(env) {
  const before = await digests(env, generatedPaths());
  await generate(env);
  await step('Generated code is what its sources say', async () => {
    const after = await digests(env, generatedPaths());
    const stale = [...new Set([...before.keys(), ...after.keys()])].filter(
      (file) => before.get(file) !== after.get(file),
    );
    if (stale.length > 0)
      throw new StepFailed(`These were not, and are now. Commit them:\n  ${stale.join('\n  ')}`);
  });
}

async function lengths(env) {
  await step(`No file over ${MAX_LINES} lines`, async () => {
    const long = (await files(env, ['.']))
      .filter((file) => COUNTED.test(file) && !GENERATED.test(file))
      .map((file) => ({ file, lines: readFileSync(join(ROOT, file), 'utf8').trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > MAX_LINES);
    if (long.length > 0) {
      throw new StepFailed(
        `Split these:\n${long.map(({ file, lines }) => `  ${file}: ${lines}`).join('\n')}`,
      );
    }
  });
}

/** Everything in the tree that git knows or would add, so that a forgotten `git add` counts too. */
async function files(env, paths) {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...paths];
  const { stdout: list } = await promisify(execFile)('git', args, {
    cwd: ROOT,
    env,
    maxBuffer: 64 * 1024 * 1024,
  });
  return [...new Set(list.split('\0'))].filter((file) => file !== '' && existsSync(join(ROOT, file)));
}

async function digests(env, paths) {
  const found = await files(env, paths);
  return new Map(
    found.map((file) => [
      file,
      createHash('sha256')
        .update(readFileSync(join(ROOT, file)))
        .digest('hex'),
    ]),
  );
}
