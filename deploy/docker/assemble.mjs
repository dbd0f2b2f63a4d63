// Copies what a built process needs at run time, and nothing else, into one folder:
//   node deploy/docker/assemble.mjs services/identity /app
// That is the bundle, the migrations, and the packages that the bundle still imports (native addons, which no bundler
// can take in) with what they depend on.
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const [source, target] = process.argv.slice(2);
if (source === undefined || target === undefined) {
  throw new Error('Usage: node deploy/docker/assemble.mjs <folder of the process> <target folder>');
}
const bundle = join(source, 'dist/main.js');
if (!existsSync(bundle)) throw new Error(`${bundle} is missing: build ${source} first.`);

const manifest = readManifest(source);
mkdirSync(join(target, 'dist'), { recursive: true });
// Without "type": "module" Node would take the bundle for CommonJS.
writeFileSync(
  join(target, 'package.json'),
  `${JSON.stringify({ name: manifest.name, version: manifest.version, type: manifest.type })}\n`,
);
cpSync(join(source, 'dist'), join(target, 'dist'), {
  recursive: true,
  filter: (path) => path !== join(source, 'dist/types'),
});
if (existsSync(join(source, 'migrations'))) {
  cpSync(join(source, 'migrations'), join(target, 'migrations'), { recursive: true });
}

// Examples in comments import all sorts of things.
const code = readFileSync(bundle, 'utf8').replaceAll(/^\s*(?:\/\/|\*|\/\*).*$/gm, '');
const copied = new Set();
for (const name of Object.keys(manifest.dependencies ?? {})) {
  if (isImported(name)) copyPackage(name, realpathSync(source));
}

/** Whether the bundle imports the package, in one of the forms in which esbuild writes that. */
function isImported(name) {
  const escaped = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(
    `(?:^import (?:.* from )?|^\\} from |\\bimport\\(|_require\\d*\\()["']${escaped}(?:/[^"']*)?["']`,
    'm',
  ).test(code);
}

/** Copies a package and what it depends on, flat: there are few, and two versions of one would be an error here. */
function copyPackage(name, from) {
  const folder = findPackage(name, from);
  // An optional dependency for another platform is not installed, and not needed.
  if (folder === undefined || copied.has(folder)) return;
  const destination = join(target, 'node_modules', name);
  if (existsSync(destination))
    throw new Error(`Two versions of ${name} are needed: put them side by side by hand.`);
  copied.add(folder);
  cpSync(folder, destination, { recursive: true, dereference: true });
  const { dependencies, optionalDependencies } = readManifest(folder);
  for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) copyPackage(needed, folder);
}

function findPackage(name, from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(candidate)) return realpathSync(candidate);
    if (folder === dirname(folder)) return undefined;
  }
}

function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}
