// Writes proto/gen: the descriptor that processes load at start (bundles read no files), and the types beside it.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

const root = dirname(fileURLToPath(import.meta.url));
const gen = join(root, 'gen');
const files = readdirSync(join(root, 'florin'), { recursive: true })
  .map((file) => `florin/${file}`)
  .filter((file) => file.endsWith('.proto'))
  .sort();

rmSync(gen, { recursive: true, force: true });
const require = createRequire(import.meta.url);
const generator = join(
  dirname(require.resolve('@grpc/proto-loader/package.json')),
  'build/bin/proto-loader-gen-types.js',
);
const options =
  '--keepCase --longs=String --enums=String --defaults --oneofs --grpcLib=@grpc/grpc-js --importFileExtension=.js';
execFileSync(
  process.execPath,
  [generator, ...options.split(' '), `--includeDirs=${root}`, `--outDir=${gen}`, ...files],
  { cwd: root },
);

// The generator writes where the machine keeps the .proto files; that is nobody's business, and no two are alike.
for (const file of readdirSync(gen, { recursive: true }).filter((name) => name.endsWith('.ts'))) {
  const path = join(gen, file);
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll(`${root}/`, ''));
}

const descriptor = new protobuf.Root();
descriptor.resolvePath = (_origin, target) => (target.startsWith('/') ? target : join(root, target));
descriptor.loadSync(files, { keepCase: true });
writeFileSync(join(gen, 'descriptor.json'), `${JSON.stringify(descriptor.toJSON())}\n`);
