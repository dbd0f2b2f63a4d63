import { withMesh } from './bench-mesh.js';
import { runLoad } from './load.js';
import { type NoopGateway, startNoopGateway } from './noop-gateway.js';
import { NOOP_TOOL } from './noop-service.js';
import { signIn } from './sign-in.js';
import { mcpHeaders, toolRequest } from './tool-call.js';

const IS_LONG = process.env.FLORIN_NIGHTLY === 'true';
const CALLS = IS_LONG ? 1_000_000 : 100_000;
const SESSIONS = IS_LONG ? 10_000 : 1_000;
const PARTS = 10;
const CONNECTIONS = 50;
/** The heap is looked at until it has been collected. */
const LOOKS = 25;
/** Sessions are opened so many at once. */
const AT_ONCE = 25;
/** What caches that are bounded, and code that is compiled late, may still take after the first part. */
const GROWTH_MAX_MB = 8;
const env = { STREAMS_PER_CLIENT: '4096' };

export interface SoakRow {
  /** Percent of the whole. */
  share: number;
  calls: number;
  sessions: number;
  heap_mb: number;
  rss_mb: number;
}

/**
 * Calls without end, and sessions that are opened, used once and never ended.
 *
 * @throws Error where the heap grew
 */
export function benchSoak(): Promise<SoakRow[]> {
  return withMesh(async (mesh) => {
    const token = await signIn(mesh);
    const gateway = await startNoopGateway(mesh, 60, env);
    const url = `${gateway.url}/mcp`;
    try {
      const rows: SoakRow[] = [];
      for (let part = 1; part <= PARTS; part++) {
        const eras = (['2026-07-28', '2025-11-25'] as const).map((era) =>
          toolRequest(url, token, NOOP_TOOL, {}, era),
        );
        const [modern, legacy] = eras as [(typeof eras)[number], (typeof eras)[number]];
        const next = (connection: number) => (connection % 2 === 0 ? modern : legacy);
        await runLoad({ next, connections: CONNECTIONS, until: { calls: CALLS / PARTS } });
        for (let done = 0; done < SESSIONS / PARTS; done += AT_ONCE) {
          await Promise.all(Array.from({ length: AT_ONCE }, () => abandonSession(url, token)));
        }
        rows.push(await look(gateway, part));
      }
      return flat(rows);
    } finally {
      gateway.stop();
    }
  });
}

/** A client that initializes, calls once, opens a stream and is never heard of again. */
async function abandonSession(url: string, token: string): Promise<void> {
  const headers = mcpHeaders(token, '2025-11-25');
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: { elicitation: { url: {} } },
    clientInfo: { name: 'bench', version: '1.0.0' },
  };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
  const begun = await fetch(url, { method: 'POST', headers, body });
  await begun.text();
  const id = begun.headers.get('mcp-session-id');
  if (id === null) throw new Error('no session was begun');
  const session = { ...headers, 'mcp-session-id': id };
  const call = toolRequest(url, token, NOOP_TOOL, {}, '2025-11-25');
  await (await fetch(url, { method: 'POST', headers: session, body: call.body })).text();
  const gone = new AbortController();
  const stream = await fetch(url, { headers: session, signal: gone.signal });
  if (!stream.ok) throw new Error(`a stream: ${stream.status}`);
  gone.abort();
}

/** The least that the heap comes down to: what is in it otherwise waits to be collected. */
async function look(gateway: NoopGateway, part: number): Promise<SoakRow> {
  const heaps: number[] = [];
  for (let looked = 0; looked < LOOKS; looked++) {
    heaps.push(await gateway.metric('nodejs_heap_size_used_bytes'));
    const next = () => ({ url: `${gateway.url}/healthz`, method: 'GET', headers: {}, body: '' });
    await runLoad({ next, connections: CONNECTIONS, until: { calls: 400 } });
  }
  return {
    share: (part * 100) / PARTS,
    calls: (part * CALLS) / PARTS,
    sessions: (part * SESSIONS) / PARTS,
    heap_mb: Math.min(...heaps) / 2 ** 20,
    rss_mb: (await gateway.metric('process_resident_memory_bytes')) / 2 ** 20,
  };
}

function flat(rows: SoakRow[]): SoakRow[] {
  const half = (from: number, to: number) => Math.min(...rows.slice(from, to).map(({ heap_mb }) => heap_mb));
  const growth_mb = half(PARTS / 2, PARTS) - half(1, PARTS / 2);
  if (growth_mb > GROWTH_MAX_MB) throw new Error(`the heap grew by ${growth_mb.toFixed(1)} MB`);
  return rows;
}
