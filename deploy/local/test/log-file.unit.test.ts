import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LogFile } from '../src/log-file.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'florin-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a log never takes more than twice its bound, and keeps the newest lines', () => {
  const log = new LogFile(join(folder, 'a.log'), 100);
  for (let line = 0; line < 200; line++) {
    log.write(`line ${line}`);
    expect(statSync(log.path).size).toBeLessThanOrEqual(100);
  }
  expect(statSync(`${log.path}.1`).size).toBeLessThanOrEqual(100);
  expect(readFileSync(log.path, 'utf8')).toMatch(/line 199\n$/);
});

test('the bound counts what an earlier run left', () => {
  new LogFile(join(folder, 'a.log'), 100).write('x'.repeat(90));
  const log = new LogFile(join(folder, 'a.log'), 100);
  log.write('y'.repeat(20));
  expect(readFileSync(log.path, 'utf8')).toBe(`${'y'.repeat(20)}\n`);
});

test('the tail is the last lines of this run', () => {
  const log = new LogFile(join(folder, 'a.log'));
  for (let line = 0; line < 100; line++) log.write(`line ${line}`);
  expect(log.tail().split('\n')).toHaveLength(30);
  expect(log.tail()).toMatch(/^line 70\n(line \d+\n)*line 99$/);
});
