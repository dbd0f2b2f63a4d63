// Everything that is written by a program from something else, and committed.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runStep } from './step.mjs';

/** Folders and files that `generate` writes, from the root. */
export function generatedPaths() {
  return [
    'proto/gen',
    'proto/events/schemas',
    ...servicesWithDrizzle().map((name) => `services/${name}/migrations`),
  ];
}

export async function generate(env) {
  await runStep(
    'generate-proto',
    'Generating types from the .proto files',
    [process.execPath, 'proto/generate.mjs'],
    {
      env,
    },
  );
  if (existsSync(join(ROOT, 'proto/generate-events.mjs'))) {
    await runStep(
      'generate-events',
      'Generating JSON Schemas from the events',
      [process.execPath, 'proto/generate-events.mjs'],
      { env },
    );
  }
  for (const name of servicesWithDrizzle()) {
    const folder = join(ROOT, 'services', name);
    await runStep(
      `generate-${name}`,
      `Generating migrations of ${name}`,
      [process.execPath, join(folder, 'node_modules/drizzle-kit/bin.cjs'), 'generate'],
      { env, cwd: folder },
    );
  }
}

function servicesWithDrizzle() {
  const services = join(ROOT, 'services');
  return readdirSync(services)
    .filter((name) => existsSync(join(services, name, 'drizzle.config.ts')))
    .sort();
}
