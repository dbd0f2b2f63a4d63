import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Mesh } from '@florin/local';
import { unusedPort } from './unused-port.js';

const READY_MS = 20_000;

export interface NoopGateway {
  /** `http://127.0.0.1:port` */
  url: string;
  pid: number;
  /** One of the figures that it publishes at /metrics. */
  metric(name: string): Promise<number>;
  stop(): void;
}

/**
 * A gateway of its own beside the mesh's, whose one service does nothing. Identity is the mesh's: tokens are real.
 *
 * @throws Error where it does not come up
 */
export async function startNoopGateway(
  mesh: Mesh,
  tools: number,
  env: NodeJS.ProcessEnv = {},
): Promise<NoopGateway> {
  const service = fork(fileURLToPath(import.meta.url), ['serve-noop-service', String(tools)]);
  const [port] = (await once(service, 'message')) as [number];
  const http_port = await unusedPort();
  const url = `http://127.0.0.1:${http_port}`;
  const gateway = fork(fileURLToPath(new URL('../../gateway/dist/main.js', import.meta.url)), [], {
    env: {
      ...process.env,
      ...mesh.environment('gateway'),
      HTTP_PORT: String(http_port),
      PUBLIC_URL: url,
      SERVICES: `noop=127.0.0.1:${port}`,
      LOG_LEVEL: 'warn',
      ...env,
    },
  });
  const stop = () => {
    gateway.kill();
    service.kill();
  };
  try {
    await untilReady(`${url}/readyz`, gateway);
  } catch (error) {
    stop();
    throw error;
  }
  return { url, pid: gateway.pid ?? 0, metric: (name) => readMetric(url, name), stop };
}

async function untilReady(url: string, gateway: ChildProcess): Promise<void> {
  const until_ms = performance.now() + READY_MS;
  while (performance.now() < until_ms && gateway.exitCode === null) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    await sleep(50);
  }
  throw new Error('the gateway of the no-op service did not become ready');
}

async function readMetric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${name} `) || each.startsWith(`${name}{`));
  if (line === undefined) throw new Error(`no metric ${name}`);
  return Number(line.split(' ').at(-1));
}
