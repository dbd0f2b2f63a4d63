// `npm run reset`: stops the mesh that runs from here and forgets its data.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT, step } from './step.mjs';

const DATA_DIR = process.env.FLORIN_DATA_DIR || join(ROOT, '.florin');
const STOP_TIMEOUT_MS = 30_000;

export async function reset() {
  if (!existsSync(DATA_DIR)) {
    console.log(`Nothing to reset: ${DATA_DIR} does not exist.`);
    return 0;
  }
  const run = readJson('run.json');
  if (run !== undefined && (await answers(run))) {
    await step(`Stopping the mesh that runs here (process ${run.pid})`, () => stop(run.pid));
  }
  const places = [DATA_DIR, readJson('places.json')?.postgres].filter((place) => place && existsSync(place));
  await step(`Deleting ${places.join(' and ')}: databases, events, keys, logs`, async () => {
    for (const place of places) rmSync(place, { recursive: true, force: true, maxRetries: 5 });
  });
  return 0;
}

function readJson(name) {
  try {
    return JSON.parse(readFileSync(join(DATA_DIR, name), 'utf8'));
  } catch {
    return undefined;
  }
}

/** The number alone may by now be another program's: something must answer where the mesh did, too. */
async function answers({ pid, mcp_url }) {
  try {
    process.kill(pid, 0);
    await fetch(new URL('/healthz', mcp_url), { signal: AbortSignal.timeout(1_000) });
    return true;
  } catch {
    return false;
  }
}

async function stop(pid) {
  process.kill(pid, 'SIGTERM');
  const until_ms = Date.now() + STOP_TIMEOUT_MS;
  while (Date.now() < until_ms) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await sleep(100);
  }
  throw new Error(
    `process ${pid} has not ended after ${STOP_TIMEOUT_MS / 1000} s; end it, then run reset again`,
  );
}
