import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { withMesh } from './bench-mesh.js';
import { cpuMs } from './cpu.js';
import { type Load, type LoadRequest, type LoadResult, runLoad } from './load.js';
import { signIn } from './sign-in.js';
import { toolRequest } from './tool-call.js';

const CONNECTIONS = 50;
const CALLS = 10_000;
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
      const rows = [await measure('bare Express JSON echo', echoCall(port), pidOf(echo))];
      for (const era of ['2026-07-28', '2025-11-25'] as const) {
        for (const tool of ['get_mesh_status', 'list_accounts']) {
          const call = toolRequest(mesh.mcp_url, token, tool, {}, era);
          rows.push(await measure(`${tool}, ${era}`, call, gateway));
        }
      }
      return rows;
    });
  } finally {
    echo.kill();
  }
}

async function measure(what: string, call: LoadRequest, pid: number): Promise<Row> {
  const load: Omit<Load, 'until'> = { next: () => call, connections: CONNECTIONS };
  await runLoad({ ...load, until: { calls: WARM_UP_CALLS } });
  const before_ms = cpuMs(pid);
  const result = await runLoad({ ...load, until: { calls: CALLS } });
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
