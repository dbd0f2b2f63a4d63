import { fault } from '@florin/faults';

/** Runs work with a bound on how much runs at once and how much waits. */
export interface BoundedQueue {
  /** @throws Fault RESOURCE_EXHAUSTED, at once, when too much waits already */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
}

export function createBoundedQueue(limits: { running: number; waiting: number }): BoundedQueue {
  let running = 0;
  const waiting: (() => void)[] = [];

  async function enter(): Promise<void> {
    if (running < limits.running) {
      running += 1;
      return;
    }
    if (waiting.length >= limits.waiting) {
      throw fault('RESOURCE_EXHAUSTED', 'Too many people are signing in at once. Try again in a moment.');
    }
    // Whoever leaves hands its place on, so `running` stays as it is.
    await new Promise<void>((resolve) => waiting.push(resolve));
  }

  function leave(): void {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }

  return {
    async run(work) {
      await enter();
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
