import { Agent, request } from 'node:http';

export interface Load {
  url: string;
  /** Default POST. */
  method?: string;
  headers: Record<string, string>;
  body: string;
  connections: number;
  calls: number;
}

export interface LoadResult {
  calls_per_second: number;
  p50_ms: number;
  p99_ms: number;
}

/**
 * Sends the same request over and over, each connection one at a time. The generator shares the machine with what it
 * measures: compare figures of one run, not of two.
 *
 * @throws Error on the first answer that is no 200, since errors are fast and would be measured as speed
 */
export async function runLoad(load: Load): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.connections });
  try {
    const began_ms = performance.now();
    const latencies = await sendAll(load, agent, load.calls);
    const took_s = (performance.now() - began_ms) / 1_000;
    latencies.sort((a, b) => a - b);
    const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? 0;
    return { calls_per_second: load.calls / took_s, p50_ms: at(0.5), p99_ms: at(0.99) };
  } finally {
    agent.destroy();
  }
}

async function sendAll(load: Load, agent: Agent, calls: number): Promise<number[]> {
  const latencies: number[] = [];
  let left = calls;
  const connection = async () => {
    while (left-- > 0) {
      const sent_ms = performance.now();
      await send(load, agent);
      latencies.push(performance.now() - sent_ms);
    }
  };
  await Promise.all(Array.from({ length: load.connections }, connection));
  return latencies;
}

function send({ url, method = 'POST', headers, body }: Load, agent: Agent): Promise<void> {
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
