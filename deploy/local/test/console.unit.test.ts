import { expect, test } from 'vitest';
import { consoleLine } from '../src/console.js';

test('the console shows warnings, errors and what is no log entry, and leaves the rest to the log', () => {
  expect(consoleLine('banking', '{"level":"info","msg":"ready"}')).toBeUndefined();
  expect(consoleLine('banking', '{"level":"warn","msg":"the bank is slow"}')).toContain('the bank is slow');
  expect(consoleLine('banking', '{"level":"error","msg":"no"}')).toContain('banking');
  expect(consoleLine('banking', '    at main.js:1')).toContain('at main.js:1');
});

test('a log line cannot steer the terminal nor fill it', () => {
  const clear = '\u001b[2J';
  expect(consoleLine('banking', `${clear}gone`)).not.toContain(clear);
  expect(consoleLine('banking', 'x'.repeat(5_000))?.length).toBeLessThan(400);
});
