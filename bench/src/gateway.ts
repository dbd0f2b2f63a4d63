import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { withMesh } from './bench-mesh.js';
import { cpuMs } from './cpu.js';
import { type Load, type LoadResult, runLoad } from './load.js';
import { signIn } from './sign-in.js';

const CALLS = { connections: 50, calls: 10_000 };
/** Sent and not counted, so that what is measured has been compiled. */
const WARM_UP_CALLS = 3_000;

export interface Row extends LoadResult {
  what: string;
  /** Of the server that answers; of the gateway, not of the service behind it. */
  cpu_ms_per_call: number;
}

/** Tool calls through `/mcp` beside a bare Express echo, in one run on one machine. */
export async function benchGateway(): Promise<Row[]> {
  const echo = fork(fileURLToPath(import.meta.url), ['serve-echo']);
  try {
    const [port] = (await once(echo, 'message')) as [number];
    return await withMesh(async (mesh) => {
      const token = await signIn(mesh);
      const gateway = mesh.process('gateway').pid ?? 0;
      const rows = [await measure('bare Express JSON echo', echoLoad(port), pidOf(echo))];
      for (const era of ['2026-07-28', '2025-11-25'] as const) {
        for (const tool of ['get_mesh_status', 'list_accounts']) {
          const load = toolLoad(mesh.mcp_url, token, era, tool);
          rows.push(await measure(`${tool}, ${era}`, load, gateway));
        }
      }
      return rows;
    });
  } finally {
    echo.kill();
  }
}

async function measure(what: string, load: Load, pid: number): Promise<Row> {
  await runLoad({ ...load, calls: WARM_UP_CALLS });
  const before_ms = cpuMs(pid);
  const result = await runLoad(load);
  return { what, ...result, cpu_ms_per_call: (cpuMs(pid) - before_ms) / load.calls };
}

function echoLoad(port: number): Load {
  const body = JSON.stringify(toolCall('list_accounts', '2025-11-25'));
  return {
    ...CALLS,
    url: `http://127.0.0.1:${port}/`,
    headers: { 'content-type': 'application/json' },
    body,
  };
}

function toolLoad(url: string, token: string, era: '2026-07-28' | '2025-11-25', tool: string): Load {
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    authorization: `Bearer ${token}`,
    'mcp-protocol-version': era,
    ...(era === '2026-07-28' && { 'mcp-method': 'tools/call', 'mcp-name': tool }),
  };
  return { ...CALLS, url, headers, body: JSON.stringify(toolCall(tool, era)) };
}

function toolCall(name: string, era: '2026-07-28' | '2025-11-25'): object {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': era,
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
  };
  const params = { name, arguments: {}, ...(era === '2026-07-28' && { _meta: meta }) };
  return { jsonrpc: '2.0', id: 1, method: 'tools/call', params };
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('the echo server did not start');
  return child.pid;
}
