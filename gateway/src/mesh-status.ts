import { z } from 'zod';
import type { Mesh } from './mesh/mesh.js';

const mode = z.enum(['simulated', 'sandbox', 'live']);

export const meshStatusSchema = z.strictObject({
  mode: mode.describe('Whether money is real: simulated and sandbox move none, live does.'),
  version: z.string().describe('The version of the gateway.'),
  services: z
    .array(
      z.strictObject({
        name: z.string().describe('The service.'),
        status: z
          .enum(['up', 'degraded', 'down'])
          .describe('down: calls to its tools fail at once; degraded: they work, some replicas do not.'),
        version: z.string().describe('The version of its build; empty while it was never reached.'),
        mode: z.union([mode, z.literal('')]).describe('The world of its provider; empty where it has none.'),
        since: z.iso.datetime().describe('Since when it has this status.'),
      }),
    )
    .describe('The services behind the gateway, in the order of its configuration.'),
  collisions: z
    .array(
      z.strictObject({
        kind: z.enum(['tool', 'resource', 'prompt']).describe('What is shown twice.'),
        name: z.string().describe('Its name, or the URI.'),
        served_by: z.string().describe('The service whose one is served.'),
        refused_from: z.string().describe('The service whose one is not.'),
      }),
    )
    .describe('What two services show under one name. Empty unless something is misconfigured.'),
  limits: z
    .strictObject({
      call_timeout_ms: z.int().describe('No call takes longer.'),
      max_request_bytes: z.int().describe('The most that one request may hold.'),
      max_result_bytes: z.int().describe('The most that one result holds: ask for smaller pages.'),
    })
    .describe('What holds for every call.'),
});

export type MeshStatus = z.output<typeof meshStatusSchema>;

/** The bound of every service's results, as the chassis has it. */
const MAX_RESULT_BYTES = 64 * 1024;
export const MAX_REQUEST_BYTES = 1024 * 1024;

interface StatusOptions {
  mesh: Pick<Mesh, 'peers' | 'collisions'>;
  mode: MeshStatus['mode'];
  version: string;
  call_timeout_ms: number;
}

export function meshStatus({ mesh, mode, version, call_timeout_ms }: StatusOptions): MeshStatus {
  return {
    mode,
    version,
    services: mesh.peers.map(({ status }) => ({ ...status, mode: knownMode(status.mode) })),
    collisions: [...mesh.collisions],
    limits: { call_timeout_ms, max_request_bytes: MAX_REQUEST_BYTES, max_result_bytes: MAX_RESULT_BYTES },
  };
}

function knownMode(text: string): MeshStatus['mode'] | '' {
  return mode.safeParse(text).data ?? '';
}
