import { expect, it } from 'vitest';
import { isDeeperThan } from '../../src/http/nesting.js';

const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}0${']'.repeat(depth)}`);

it('tells JSON that is nested deeper than a number of levels from all other', () => {
  expect(isDeeperThan(3, nested(3))).toBe(false);
  expect(isDeeperThan(3, nested(4))).toBe(true);
  expect(isDeeperThan(3, [1, 'x', null, { a: nested(3) }])).toBe(true);
  expect(isDeeperThan(0, {})).toBe(false);
  expect(isDeeperThan(0, 'x')).toBe(false);
});

it('does not overflow on what is nested without end', () => {
  expect(isDeeperThan(64, nested(200_000))).toBe(true);
});
