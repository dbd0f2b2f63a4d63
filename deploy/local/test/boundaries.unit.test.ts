import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const biome = join(root, 'node_modules/.bin/biome');

/** Each would be a way out of the house's order: [file, what it imports]. */
const forbidden = [
  ['libs/money/src/a.ts', '@florin/banking'],
  ['libs/chassis/src/b.ts', '@florin/gateway'],
  ['libs/chassis/src/c.ts', '@florin/testkit'],
  ['libs/chassis/src/d.ts', '../../../services/banking/src/main.js'],
  ['services/banking/src/e.ts', '@florin/identity'],
  ['services/banking/src/f.ts', '../../identity/src/config.js'],
  ['services/banking/src/store/g.ts', '../../../identity/src/config.js'],
  ['services/banking/src/store/h.ts', '../../../../libs/money/src/index.js'],
  ['services/banking/src/i.ts', '@florin/a-service-of-tomorrow'],
  ['services/banking/src/j.ts', '@florin/money/src/amount.js'],
  ['services/banking/src/operations/k.ts', '@florin/testkit'],
  ['services/banking/src/domain/l.ts', '../store/accounts.js'],
  ['services/banking/src/domain/m.ts', '@florin/chassis'],
  ['services/banking/src/domain/n.ts', '@florin/postgres'],
  ['services/banking/src/domain/o.ts', 'node:fs'],
  ['services/banking/src/domain/p.ts', 'zod'],
  ['gateway/src/q.ts', '@florin/banking'],
  ['gateway/src/r.ts', '@florin/postgres'],
  ['gateway/src/s.ts', '../../services/banking/src/main.js'],
  ['gateway/src/t.ts', '../../proto/gen/florin/mesh/v1/Call.js'],
  ['deploy/sandbox/src/u.ts', '@florin/banking'],
  ['connect/src/v.ts', '@florin/chassis'],
] as const;

const allowed = [
  ['libs/chassis/src/a.ts', '@florin/faults'],
  ['libs/chassis/src/grpc/b.ts', '../door.js'],
  ['services/banking/src/c.ts', '@florin/chassis'],
  ['services/banking/src/rpc/d.ts', '../operations/get-balance.js'],
  ['services/banking/src/domain/e.ts', '@florin/money'],
  ['services/banking/src/domain/f.ts', '@florin/faults'],
  ['services/banking/src/domain/g.ts', './spending.js'],
  ['services/banking/test/domain/h.unit.test.ts', '../../src/domain/spending.js'],
  ['services/banking/test/i.int.test.ts', '@florin/testkit'],
  ['gateway/src/j.ts', '@florin/proto'],
] as const;

/** The files of the fixture tree that the import rule refuses. */
function lint(): Set<string> {
  const options = ['--vcs-enabled=false', '--only=style/noRestrictedImports', '--reporter=json'];
  const { stdout } = spawnSync(biome, ['lint', ...options, '--max-diagnostics=none', '.'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const report: { diagnostics: { location: { path: string } }[] } = JSON.parse(stdout);
  return new Set(report.diagnostics.map(({ location }) => location.path));
}

let folder = '';
let refused = new Set<string>();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'florin-boundaries-'));
  copyFileSync(join(root, 'biome.json'), join(folder, 'biome.json'));
  for (const [file, target] of [...forbidden, ...allowed]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), `import { it } from '${target}';\n\nexport const uses = it;\n`);
  }
  refused = lint();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(forbidden)('%s may not import %s', (file) => {
  expect(refused).toContain(file);
});

test.each(allowed)('%s may import %s', (file) => {
  expect(refused).not.toContain(file);
});
