import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { requirements } from './requirements.js';

const root = fileURLToPath(new URL('..', import.meta.url));

function citations(): Set<string> {
  const folders = ['libs', 'services', 'gateway', 'connect', 'deploy', 'test', 'proto'];
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules'))
      .map((file) => join(root, folder, file)),
  );
  const cited = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\/\/ proves: ([\w-]+)/g)].map((match) => match[1] ?? ''),
  );
  return new Set(cited);
}

describe('the promises', () => {
  const cited = citations();

  it.each(Object.keys(requirements))('%s is proven by a test', (id) => {
    expect([...cited]).toContain(id);
  });

  it('are all that tests claim to prove', () => {
    expect(Object.keys(requirements)).toEqual(expect.arrayContaining([...cited]));
  });
});
