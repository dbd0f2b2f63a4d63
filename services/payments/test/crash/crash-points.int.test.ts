import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CrashWorld, startCrashWorld } from './crash-world.js';
import { type Attempt, checkBooks, type Scenario, untilNothingIsOpen } from './scenario.js';
import { scenarios } from './scenarios.js';

/** Every point takes a start of the process: all are tried at night, FLORIN_NIGHTLY=true, some in every other run. */
const SAMPLE = process.env.FLORIN_NIGHTLY === 'true' ? Number.POSITIVE_INFINITY : 5;
const SEED = 'florin';
const RECORDINGS = 4;
/** A look of a worker's between two statements of a run shifts what is counted. */
const TRIES = 8;

let world: CrashWorld;
beforeAll(async () => {
  world = await startCrashWorld('crash');
}, 120_000);
afterAll(() => world?.stop());

async function wholeRun({ prepare }: Scenario): Promise<void> {
  const attempt = await prepare(world);
  await attempt.run();
  await attempt.check();
}

/** Every point that each of several runs passes: a worker's look comes between the statements of some of them. */
async function pointsOf(scenario: Scenario): Promise<string[]> {
  // What a process does but once is done.
  await wholeRun(scenario);
  const recordings: string[][] = [];
  for (let nth = 0; nth < RECORDINGS; nth++) {
    const { run } = await scenario.prepare(world);
    await world.record();
    await run();
    recordings.push((await world.rest()) ?? []);
  }
  const [first = [], ...others] = recordings;
  return first.filter((point) => others.every((other) => other.includes(point)));
}

/** @returns the attempt that the process died under; undefined where it never came to this point */
async function dieAt(scenario: Scenario, point: string): Promise<Attempt | undefined> {
  await wholeRun(scenario);
  const attempt = await scenario.prepare(world);
  await world.dieAt(point);
  const failure = await attempt.run().catch((error: unknown) => error);
  if ((await world.rest()) === undefined) return attempt;
  if (failure !== undefined) throw failure;
  return undefined;
}

async function survive(scenario: Scenario, point: string): Promise<void> {
  let attempt: Attempt | undefined;
  for (let nth = 0; nth < TRIES && attempt === undefined; nth++) attempt = await dieAt(scenario, point);
  if (attempt === undefined) throw new Error('never came to this point');
  await world.restart();
  await untilNothingIsOpen(world);
  await attempt.run();
  await attempt.check();
  await checkBooks(world);
}

/**
 * A sample that is the same in every run: most of it around commits and requests to the provider, which are what others
 * see of a process.
 */
function sampled(points: readonly string[]): string[] {
  const rank = (point: string) => createHash('sha256').update(`${SEED} ${point}`).digest('hex');
  const ranked = [...points].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  const telling = ranked.filter((point) => / (commit|GET|POST|DELETE) /.test(point));
  return [...new Set([...telling.slice(0, Math.ceil(SAMPLE / 2)), ...ranked])].slice(0, SAMPLE);
}

// proves: crash-anywhere
describe.each(scenarios)('$name', (scenario) => {
  it('comes to its one right end, wherever the process is killed', async () => {
    const points = await pointsOf(scenario);
    expect(points.length).toBeGreaterThan(10);
    for (const point of sampled(points)) {
      const failure = await survive(scenario, point).catch((error: Error) => error);
      expect(failure, `${point}\n${world.log()}`).toBeUndefined();
    }
  }, 1_200_000);
});
