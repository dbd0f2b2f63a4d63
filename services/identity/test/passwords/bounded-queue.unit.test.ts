import { until } from '@florin/testkit';
import { expect, it } from 'vitest';
import { createBoundedQueue } from '../../src/passwords/bounded-queue.js';

/** Work that ends when it is told to. */
function work() {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { run: () => ended, end };
}

it('runs no more at once than it may, and everything in the end, in order', async () => {
  const queue = createBoundedQueue({ running: 2, waiting: 10 });
  const started: number[] = [];
  const jobs = Array.from({ length: 4 }, () => work());
  const all = jobs.map((job, index) =>
    queue.run(() => {
      started.push(index);
      return job.run();
    }),
  );
  await until(() => expect(started).toEqual([0, 1]));
  jobs[1]?.end();
  await all[1];
  await until(() => expect(started).toEqual([0, 1, 2]));
  for (const job of jobs) job.end();
  await Promise.all(all);
  expect(started).toEqual([0, 1, 2, 3]);
});

it('refuses at once what would wait too long, and takes more when there is room again', async () => {
  const queue = createBoundedQueue({ running: 1, waiting: 1 });
  const [first, second] = [work(), work()];
  const running = queue.run(first.run);
  const waiting = queue.run(second.run);
  await expect(queue.run(async () => 'never')).rejects.toMatchObject({
    reason: 'RESOURCE_EXHAUSTED',
    retryable: true,
  });
  first.end();
  second.end();
  await Promise.all([running, waiting]);
  expect(await queue.run(async () => 'again')).toBe('again');
});

it('goes on after work that failed', async () => {
  const queue = createBoundedQueue({ running: 1, waiting: 1 });
  await expect(queue.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await queue.run(async () => 'next')).toBe('next');
});
