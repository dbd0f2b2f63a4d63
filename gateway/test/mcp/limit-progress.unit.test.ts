import { expect, it } from 'vitest';
import { limitProgress } from '../../src/mcp/limit-progress.js';

it('a call that floods its client with progress is told of in part, and goes on to be', () => {
  const told: number[] = [];
  let now_ms = 1_000;
  const tell = limitProgress(
    (progress: number) => told.push(progress),
    () => now_ms,
  );
  for (let progress = 0; progress < 1_000; progress += 1) tell(progress);
  expect(told).toHaveLength(50);
  now_ms += 1_000;
  for (let progress = 1_000; progress < 2_000; progress += 1) tell(progress);
  expect(told).toHaveLength(70);
  expect(told.at(-1)).toBe(1_019);
  now_ms += 3_600_000;
  for (let progress = 2_000; progress < 3_000; progress += 1) tell(progress);
  expect(told).toHaveLength(120);
});
