import { fault } from '@florin/faults';
import { findTool } from '../mcp/call-tool.js';
import type { Forward } from '../mcp/forward.js';
import { takesKey } from '../mesh/catalogue.js';
import type { Mesh } from '../mesh/mesh.js';
import type { RestAnswer, RestCall } from './endpoint.js';
import { withIdempotencyKey } from './idempotency-key.js';
import { isObject, type JsonObject } from './json-body.js';

/**
 * Calls a tool. Its result is the body, byte by byte as the service sent it: with 202 where nothing has happened yet
 * because the person has to approve it first, with 200 otherwise.
 *
 * @param key the header `Idempotency-Key`
 * @throws Fault
 */
export async function callTool(
  name: string,
  given: JsonObject,
  key: string | undefined,
  { context, signal }: RestCall,
  { mesh, forward }: { mesh: Mesh; forward: Forward },
): Promise<RestAnswer> {
  const entry = findTool(mesh.catalogue, name, context);
  if (entry === undefined) {
    throw fault('UNKNOWN_TOOL', 'There is no tool of that name here. /openapi.json lists them.');
  }
  const args = withIdempotencyKey(entry, given, key);
  const { text, value } = await forward(
    {
      kind: 'tool',
      name,
      label: name,
      provider: entry.provider,
      arguments_json: Buffer.from(JSON.stringify(args)),
      read_only: entry.tool.annotations?.readOnlyHint === true,
      keyed: takesKey(entry) && typeof args.idempotency_key === 'string',
      signal,
    },
    context,
    isObject,
  );
  const status = waitsForApproval(value) ? 202 : 200;
  return { status, headers: { 'content-type': 'application/json' }, body: text };
}

/** `approvalOutput` of the chassis: what every operation answers that waits for the person. */
function waitsForApproval({ status, approval }: JsonObject): boolean {
  return status === 'approval_required' && isObject(approval);
}
