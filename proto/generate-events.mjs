// Writes proto/events/schemas: the JSON Schema of every event, from the zod schemas beside them.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));
const schemas = join(root, 'events/schemas');

// Node 20 runs no TypeScript: bundled in memory, and imported from there.
const { outputFiles } = await build({
  entryPoints: [join(root, 'events/json-schemas.ts')],
  bundle: true,
  format: 'esm',
  platform: 'node',
  write: false,
});
const code = Buffer.from(outputFiles[0].contents).toString('base64');
const { jsonSchemaFiles } = await import(`data:text/javascript;base64,${code}`);

rmSync(schemas, { recursive: true, force: true });
mkdirSync(schemas);
for (const [name, contents] of jsonSchemaFiles()) writeFileSync(join(schemas, name), contents);
