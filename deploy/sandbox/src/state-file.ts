import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';

/**
 * Reads what an earlier run left in `data_dir`, or undefined where there is nothing.
 * Throws where the file cannot be understood: going on without it would forget every token and key.
 */
export function readStateFile<State>(
  data_dir: string,
  name: string,
  schema: z.ZodType<State>,
): State | undefined {
  const path = join(data_dir, name);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${path} is not the state of this stand-in; move it away to start empty`, { cause });
  }
}

/** Written beside and renamed, so that a crash leaves the old state or the new, never half of one. */
export function writeStateFile(data_dir: string, name: string, json: string): void {
  mkdirSync(data_dir, { recursive: true });
  const path = join(data_dir, name);
  const draft = `${path}.${randomUUID()}`;
  // Access tokens and signing keys: nobody else on the machine has a use for them.
  writeFileSync(draft, json, { mode: 0o600 });
  renameSync(draft, path);
}
