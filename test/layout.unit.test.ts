import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const services = readdirSync(join(root, 'services'));

interface Catalogue {
  tools: { tool: { name: string } }[];
}

const operations = services.flatMap((service) => {
  const catalogue = JSON.parse(
    readFileSync(join(root, 'services', service, 'catalog.json'), 'utf8'),
  ) as Catalogue;
  return catalogue.tools.map(({ tool }) => [tool.name, service] as const);
});

describe('the layout', () => {
  // proves: found-by-name
  it.each(operations)('%s lies in a file of its name', (name, service) => {
    expect(
      existsSync(join(root, 'services', service, 'src/operations', `${name.replaceAll('_', '-')}.ts`)),
    ).toBe(true);
  });

  it.each(services)('%s has the parts that every service has', (service) => {
    const parts = [
      'README.md',
      'catalog.json',
      'src/main.ts',
      'src/config.ts',
      'src/operations/index.ts',
      'migrations',
    ];
    expect(parts.filter((part) => !existsSync(join(root, 'services', service, part)))).toEqual([]);
  });

  it('gives each operation a name of its own', () => {
    const names = operations.map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
