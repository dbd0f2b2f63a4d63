import { setTimeout as sleep } from 'node:timers/promises';
import type { SupervisedProcess } from './supervised-process.js';

const READY_TIMEOUT_MS = 60_000;
const PROBE_TIMEOUT_MS = 2_000;
const PROBE_INTERVAL_MS = 50;

/**
 * Resolves when the process answers /readyz with 200.
 * @param crashes `end`: an end is final, as in the first start; `restart`: it is given time to come back
 * @throws Error that names the process and shows the end of its log, when it stays down or takes longer than a minute
 */
export async function untilReady(
  subject: SupervisedProcess,
  url: string,
  crashes: 'end' | 'restart',
): Promise<void> {
  const until_ms = Date.now() + READY_TIMEOUT_MS;
  let answer = 'nothing listens there';
  while (Date.now() < until_ms) {
    const comesBack = subject.state === 'restarting' && crashes === 'restart';
    if (subject.state !== 'running' && !comesBack) throw notReady(subject, 'is down');
    answer = await probe(`${url}/readyz`);
    // The port may have been answered by another program, or by the process before this one.
    if (answer === 'ready' && subject.state === 'running') return;
    await sleep(PROBE_INTERVAL_MS);
  }
  throw notReady(subject, `was not ready after ${READY_TIMEOUT_MS / 1000} s (${url}/readyz: ${answer})`);
}

async function probe(url: string): Promise<string> {
  try {
    // A connection that is kept would have a process that stops wait for what else comes on it.
    const headers = { connection: 'close' };
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    const body = (await response.text()).slice(0, 500);
    return response.ok ? 'ready' : `${response.status} ${body}`;
  } catch (error) {
    return error instanceof Error ? String(error.cause ?? error.message) : String(error);
  }
}

function notReady(subject: SupervisedProcess, what: string): Error {
  return new Error(
    `${subject.name} ${what}. The end of its log:\n\n${subject.tail}\n\nThe whole log: ${subject.log_path}`,
  );
}
