import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Mesh } from '@florin/local';
import { withMesh } from './bench-mesh.js';
import { cpuMs } from './cpu.js';
import { type Load, type LoadRequest, type LoadResult, runLoad } from './load.js';
import { startMcpHub } from './mcp-hub.js';
import { startNoopGateway } from './noop-gateway.js';
import { NOOP_TOOL } from './noop-service.js';
import { signIn } from './sign-in.js';
import { listRequest, toolRequest } from './tool-call.js';

const CONNECTIONS = 50;
const MEASURED_S = 4;
/** Not counted, so that what is measured has been compiled. */
const WARM_UP_CALLS = 4_000;
const ERAS = ['2026-07-28', '2025-11-25'] as const;
const CATALOGUES = [1, 60, 500];

export interface Row extends LoadResult {
  what: string;
  /** Of the server that answers; of the gateway, not of the service behind it. */
  cpu_ms_per_call: number;
}

/** Tool calls through `/mcp` beside a bare Express echo and another aggregator, in one run on one machine. */
export async function benchGateway(): Promise<Row[]> {
  const echo = fork(fileURLToPath(import.meta.url), ['serve-echo']);
  try {
    const [port] = (await once(echo, 'message')) as [number];
    return await withMesh(async (mesh) => {
      const token = await signIn(mesh);
      const gateway = mesh.process('gateway').pid ?? 0;
      const rows = [await measure('bare Express JSON echo', always(echoCall(port)), pidOf(echo))];
      for (const tools of CATALOGUES) rows.push(...(await noopRows(mesh, token, tools)));
      for (const era of ERAS) {
        for (const tool of ['get_mesh_status', 'list_accounts']) {
          const call = toolRequest(mesh.mcp_url, token, tool, {}, era);
          rows.push(await measure(`${tool}, ${era}`, always(call), gateway));
        }
      }
      for (const tools of CATALOGUES) rows.push(await hubRow(tools));
      return rows;
    });
  } finally {
    echo.kill();
  }
}

/** A tool that does nothing, in a service that does nothing. */
async function noopRows(mesh: Mesh, token: string, tools: number): Promise<Row[]> {
  const gateway = await startNoopGateway(mesh, tools);
  const url = `${gateway.url}/mcp?toolsets=all`;
  try {
    const rows: Row[] = [];
    for (const era of ERAS) {
      const call = always(toolRequest(url, token, NOOP_TOOL, {}, era));
      rows.push(await measure(`no-op of ${tools}, ${era}`, call, gateway.pid));
    }
    const list = always(listRequest(url, token));
    return [...rows, await measure(`tools/list of ${tools}, 2026-07-28`, list, gateway.pid)];
  } finally {
    gateway.stop();
  }
}

async function hubRow(tools: number): Promise<Row> {
  const hub = await startMcpHub(tools);
  try {
    const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => hub.connect()));
    const call = (connection: number) => clients[connection]?.call() ?? Promise.resolve();
    const row = await measure(`mcp-hub, no-op of ${tools}`, { call }, hub.pid);
    for (const client of clients) client.close();
    return row;
  } finally {
    hub.stop();
  }
}

type Calls = { next: (connection: number) => LoadRequest } | { call: (connection: number) => Promise<void> };

function always(request: LoadRequest): Calls {
  return { next: () => request };
}

async function measure(what: string, calls: Calls, pid: number): Promise<Row> {
  const load = (until: Load['until']): Load => ({ ...calls, connections: CONNECTIONS, until });
  await runLoad(load({ calls: WARM_UP_CALLS }));
  const before_ms = cpuMs(pid);
  const result = await runLoad(load({ seconds: MEASURED_S }));
  return { what, ...result, cpu_ms_per_call: (cpuMs(pid) - before_ms) / result.calls };
}

function echoCall(port: number): LoadRequest {
  const { body } = toolRequest('', '', 'list_accounts', {}, '2025-11-25');
  return { url: `http://127.0.0.1:${port}/`, headers: { 'content-type': 'application/json' }, body };
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('the echo server did not start');
  return child.pid;
}
