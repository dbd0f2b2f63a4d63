import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSecrets } from '../src/secrets.js';

let folder = '';
const file = () => join(folder, 'secrets.json');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'florin-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('secrets are the same in every run, and differ by purpose', () => {
  const first = openSecrets(file());
  const second = openSecrets(file());
  expect(second.secret('nats:banking')).toBe(first.secret('nats:banking'));
  expect(first.secret('nats:banking')).not.toBe(first.secret('nats:identity'));
  expect(second.fieldKeys('banking')).toBe(first.fieldKeys('banking'));
});

test('secrets need no escaping in a URL, and a field key is 32 bytes', () => {
  const secrets = openSecrets(file());
  expect(secrets.secret('x')).toMatch(/^[\w-]{43}$/);
  expect(Buffer.from(secrets.fieldKeys('banking').replace('k1:', ''), 'base64')).toHaveLength(32);
});

test('only its owner can read the file, and it holds no derived secret', () => {
  const secrets = openSecrets(file());
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect(readFileSync(file(), 'utf8')).not.toContain(secrets.secret('nats:banking'));
});

test('a damaged file is refused, not replaced: the databases are locked by its secrets', () => {
  writeFileSync(file(), '{"root":');
  expect(() => openSecrets(file())).toThrow(/damaged/);
  expect(readFileSync(file(), 'utf8')).toBe('{"root":');
});
