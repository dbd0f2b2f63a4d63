// Runs the build stage of the Dockerfile without Docker, on a clean copy of the last commit, and prints what an image holds:
//   node deploy/docker/rehearse.mjs services/banking [target folder]
// It proves the commands and .dockerignore. It does not prove the base image, the user, or the layers' caching.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, matchesGlob } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const [PROCESS, target = mkdtempSync(join(tmpdir(), 'florin-image-'))] = process.argv.slice(2);
if (PROCESS === undefined)
  throw new Error('Usage: node deploy/docker/rehearse.mjs <folder of the process> [target]');

const stage = mkdtempSync(join(tmpdir(), 'florin-stage-'));
/** Where the absolute paths that the Dockerfile names lie here. */
const places = { '/florin': join(stage, 'florin'), '/pnpm-store': join(stage, 'pnpm-store'), '/app': target };
const env = {
  ...process.env,
  PROCESS,
  CI: 'true',
  npm_config_prefix: join(stage, 'global'),
  PATH: `${join(stage, 'global/bin')}:${process.env.PATH}`,
};

mkdirSync(places['/florin'], { recursive: true });
const ignored = readFileSync(join(ROOT, '.dockerignore'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));
const clean = join(stage, 'context');
mkdirSync(clean);
execFileSync('tar', ['-x', '-C', clean], {
  input: execFileSync('git', ['archive', 'HEAD'], { cwd: ROOT, maxBuffer: 1024 ** 3 }),
});
const context = readdirSync(clean, { recursive: true }).filter(
  (file) => statSync(join(clean, file)).isFile() && !isIgnored(file),
);

for (const [instruction, rest] of buildStage()) {
  say(`${instruction} ${rest}`);
  if (instruction === 'COPY') copy(rest.split(/\s+/).slice(0, -1));
  else
    execFileSync('sh', ['-euc', here(rest)], {
      cwd: places['/florin'],
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
}
say(`node dist/main.js, without configuration: it loads, says what it lacks, and ends`);
const { status, stderr } = spawnSync(process.execPath, ['dist/main.js'], {
  cwd: target,
  env: { HTTP_PORT: 'none', SANDBOX_PORT: 'none' },
  timeout: 10_000,
});
if (status !== 1 || !String(stderr).includes('The configuration is not usable'))
  throw new Error(String(stderr));
say(`In ${target}:`);
for (const file of readdirSync(target, { recursive: true }).toSorted()) {
  const stats = statSync(join(target, file));
  if (stats.isFile()) say(`${String(stats.size).padStart(10)} ${file}`);
}

/** The COPY and RUN instructions between the first FROM and the second, continuation lines joined, mounts left out. */
function buildStage() {
  const text = readFileSync(join(ROOT, 'deploy/docker/Dockerfile'), 'utf8').replaceAll(/\\\n/g, ' ');
  const [, stageText] = text.split(/^FROM .*$/m);
  return stageText
    .split('\n')
    .map((line) => /^(COPY|RUN) (?:--mount=\S+ )*(.*)$/.exec(line))
    .flatMap((match) => (match ? [[match[1], match[2]]] : []));
}

function copy(sources) {
  const wanted = sources.includes('.') ? context : context.filter((file) => sources.includes(file));
  for (const file of wanted) {
    const destination = join(places['/florin'], file);
    mkdirSync(dirname(destination), { recursive: true });
    cpSync(join(clean, file), destination);
  }
}

/** Docker takes a pattern for the path itself and everything below it. */
function isIgnored(file) {
  const parts = file.split('/');
  const paths = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  return ignored.some((pattern) => paths.some((path) => matchesGlob(path, pattern)));
}

function here(command) {
  return Object.entries(places).reduce(
    (text, [there, path]) => text.replaceAll(new RegExp(`(?<=\\s)${there}\\b`, 'g'), path),
    command,
  );
}

function say(text) {
  process.stdout.write(`${text}\n`);
}
