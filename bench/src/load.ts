import { Agent, request } from 'node:http';

export interface LoadRequest {
  url: string;
  /** Default POST. */
  method?: string;
  headers: Record<string, string>;
  body: string;
}

export type Load = LoadSize &
  (
    | {
        /** What a connection sends next. */
        next: (connection: number) => LoadRequest;
      }
    | {
        /** Makes the next call of a connection, where that is more than a request and its answer. */
        call: (connection: number) => Promise<void>;
      }
  );

interface LoadSize {
  connections: number;
  /** When to stop: after so many calls, or so much time. */
  until: { calls: number } | { seconds: number };
}

export interface LoadResult {
  calls: number;
  calls_per_second: number;
  p50_ms: number;
  p99_ms: number;
}

/**
 * Sends requests over and over, each connection one at a time. The generator shares the machine with what it measures:
 * compare figures of one run, not of two.
 *
 * @throws Error on the first answer that is no 200, since errors are fast and would be measured as speed
 */
export async function runLoad({ connections, until, ...load }: Load): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const call = 'call' in load ? load.call : (connection: number) => send(load.next(connection), agent);
  const latencies: number[] = [];
  const began_ms = performance.now();
  let sent = 0;
  const isDone = () =>
    'calls' in until ? sent >= until.calls : performance.now() - began_ms >= until.seconds * 1_000;
  const work = async (connection: number) => {
    while (!isDone()) {
      sent++;
      const sent_ms = performance.now();
      await call(connection);
      latencies.push(performance.now() - sent_ms);
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, (_, connection) => work(connection)));
  } finally {
    agent.destroy();
  }
  const took_s = (performance.now() - began_ms) / 1_000;
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? 0;
  const calls = latencies.length;
  return { calls, calls_per_second: calls / took_s, p50_ms: at(0.5), p99_ms: at(0.99) };
}

function send({ url, method = 'POST', headers, body }: LoadRequest, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent, headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => {
        const failed =
          response.statusCode !== 200 || text.includes('"isError":true') || text.includes('"error":{');
        if (failed) reject(new Error(`${response.statusCode}: ${text.slice(0, 300)}`));
        else resolve();
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
