import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { natsUsers } from '../../local/src/nats-users.js';
import { type Surroundings, topology } from '../../local/src/topology.js';

const docker = (file: string) => fileURLToPath(new URL(`../${file}`, import.meta.url));
const read = (file: string) => readFileSync(docker(file), 'utf8');
const compose = read('compose.yaml');
const stateful = topology.filter((spec) => spec.stateful).map(({ name }) => name);

const nowhere: Surroundings = {
  secrets: { secret: () => '', fieldKeys: () => '' },
  mode: 'simulated',
  data_dir: '/',
  port: () => 1,
  url: () => 'http://127.0.0.1:1',
  grpc: () => '127.0.0.1:1',
};
/** One person, who may be measuring it; ports beside which others run; a sandbox that forgets when it stops is enough. */
const onlyLocal = new Set([
  'RATE_LIMITS',
  'IDP_PORT',
  'MAIL_HTTP_PORT',
  'MAIL_SMTP_PORT',
  'SANDBOX_DATA_DIR',
]);

let folder: string;
let file: string;
let secrets: Map<string, string>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'florin-compose-'));
  file = join(folder, '.env');
  execFileSync(process.execPath, [docker('secrets.mjs'), file]);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  secrets = new Map(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the secrets of the compose file', () => {
  it('are all that it, NATS and Postgres ask for', () => {
    const asked = [
      ...compose.matchAll(/\$\{(\w+)(?=:\?)/g),
      ...read('nats.conf').matchAll(/\$(\w+_PASSWORD)/g),
      ...read('postgres-init.sh').matchAll(/\$(\w+_DATABASE_PASSWORD)/g),
    ].map(([, name = '']) => name);
    expect(new Set(asked)).toEqual(new Set(secrets.keys()));
  });

  it('are readable by their owner only, and never replaced', () => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const before = readFileSync(file, 'utf8');
    expect(() => execFileSync(process.execPath, [docker('secrets.mjs'), file], { stdio: 'pipe' })).toThrow();
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it("let identity know each caller by its secret's hash", () => {
    for (const pair of secrets.get('SERVICE_SECRET_HASHES')?.split(',') ?? []) {
      const [name = '', hash] = pair.split(':');
      const secret = secrets.get(`${name.toUpperCase()}_SERVICE_SECRET`) ?? '';
      expect(createHash('sha256').update(secret).digest('hex')).toBe(hash);
    }
  });
});

describe('the compose file', () => {
  it.each(topology)('runs $name from the image of its folder', ({ name, folder: source }) => {
    expect(compose).toMatch(new RegExp(`^  ${name}:\n(?:    .*\n)+?.*PROCESS: ${source}$`, 'm'));
  });

  it.each(topology)('gives $name every variable that the local run gives it', ({ name, environment }) => {
    const given = Object.keys(environment(nowhere)).filter((variable) => !onlyLocal.has(variable));
    const [, own = ''] = new RegExp(`^  ${name}:\n((?:    .*\n)+)`, 'm').exec(compose) ?? [];
    const [, shared = ''] = /^x-mesh: &mesh\n((?: {2}.*\n)+)/m.exec(compose) ?? [];
    const variables = [...`${shared}${own}`.matchAll(/^ +([A-Z_]+):/gm)].map(([, variable]) => variable);
    expect(variables).toEqual(expect.arrayContaining(given));
  });

  it('publishes nothing to other machines', () => {
    const published = [...compose.matchAll(/^ +ports: \[(.*)\]$/gm)].flatMap(([, list = '']) =>
      list.split(', '),
    );
    expect(published).toHaveLength(8);
    expect(published.filter((port) => !/^["']127\.0\.0\.1:/.test(port))).toEqual([]);
  });
});

describe('the users of NATS', () => {
  const meaning = (config: string) =>
    config
      .replaceAll(/#.*$|^.*password:.*$/gm, '')
      .replaceAll(/[\s",]+/g, ' ')
      .trim();

  it('may do what they may do in the local run, and nothing else', () => {
    const local = natsUsers(stateful, { secret: () => '', fieldKeys: () => '' });
    const conf = read('nats.conf');
    expect(meaning(conf.slice(conf.indexOf('authorization')))).toBe(meaning(local));
  });
});
