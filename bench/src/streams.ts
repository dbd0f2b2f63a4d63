import { Agent, type ClientRequest, request } from 'node:http';
import { withMesh } from './bench-mesh.js';
import { type LoadRequest, type LoadResult, runLoad } from './load.js';
import { startNoopGateway } from './noop-gateway.js';
import { NOOP_TOOL } from './noop-service.js';
import { signIn } from './sign-in.js';
import { listenRequest, toolRequest } from './tool-call.js';

const STREAMS = 1_000;
const CONNECTIONS = 50;
const MEASURED_S = 10;
/** The budget's are streams of many clients; here they are all of one. */
const env = { STREAMS_PER_CLIENT: String(STREAMS) };

export interface StreamsRow extends LoadResult {
  what: string;
  rss_mb: number;
}

/** What a thousand clients that listen cost the gateway, and the calls of others beside them. */
export function benchStreams(): Promise<StreamsRow[]> {
  return withMesh(async (mesh) => {
    const token = await signIn(mesh);
    const gateway = await startNoopGateway(mesh, 60, env);
    const url = `${gateway.url}/mcp`;
    const row = async (what: string): Promise<StreamsRow> => {
      const next = () => toolRequest(url, token, NOOP_TOOL, {});
      const result = await runLoad({ next, connections: CONNECTIONS, until: { seconds: MEASURED_S } });
      return { what, ...result, rss_mb: (await gateway.metric('process_resident_memory_bytes')) / 2 ** 20 };
    };
    try {
      await row('warming up');
      const alone = await row('calls, no stream open');
      const agent = new Agent({ maxSockets: STREAMS });
      const streams: ClientRequest[] = [];
      for (let open = 0; open < STREAMS; open++)
        streams.push(await openStream(listenRequest(url, token), agent));
      const beside = await row(`calls beside ${STREAMS} open streams`);
      for (const stream of streams) stream.destroy();
      return [alone, beside];
    } finally {
      gateway.stop();
    }
  });
}

/** Resolves when the stream is acknowledged. */
function openStream({ url, headers, body }: LoadRequest, agent: Agent): Promise<ClientRequest> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`a stream: ${response.statusCode}`));
      response.on('error', () => undefined);
      response.once('data', () => resolve(sent));
      response.resume();
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
