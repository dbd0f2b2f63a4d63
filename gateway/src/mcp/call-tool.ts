import { asFault, type FailedToolResult, fault, toToolResult } from '@florin/faults';
import { type Caller, isSignedIn } from '../auth/caller.js';
import type { MeshCall } from '../mesh/call.js';
import type { MergedCatalogue } from '../mesh/merged-catalogue.js';
import type { Forward } from './forward.js';
import type { RequestContext } from './request-context.js';
import { toProtocolError } from './rpc-error.js';

/** A CallToolResult of MCP, as both paths give it. */
type ToolResult =
  | { content: [{ type: 'text'; text: string }]; structuredContent: Record<string, unknown> }
  | FailedToolResult;

interface ToolCall {
  name: string;
  arguments: Record<string, unknown>;
  signal: AbortSignal;
  on_progress?: MeshCall['on_progress'];
}

/**
 * Calls a tool for whoever makes the request. A tool that fails says so in its result.
 *
 * @throws ProtocolError where there is no such tool
 */
export async function callTool(
  call: ToolCall,
  { context, catalogue, forward }: { context: RequestContext; catalogue: MergedCatalogue; forward: Forward },
): Promise<ToolResult> {
  const { name, signal, on_progress } = call;
  const entry = findTool(catalogue, name, context.caller);
  if (entry === undefined) {
    const missing = fault('UNKNOWN_TOOL', `There is no tool ${name} here. List the tools.`);
    throw toProtocolError(missing, context.request_id);
  }
  try {
    const { text, value } = await forward(
      {
        kind: 'tool',
        name,
        label: name,
        provider: entry.provider,
        arguments_json: Buffer.from(JSON.stringify(call.arguments)),
        read_only: entry.tool.annotations?.readOnlyHint === true,
        keyed: typeof call.arguments.idempotency_key === 'string',
        signal,
        on_progress,
      },
      context,
      isObject,
    );
    return { content: [{ type: 'text', text }], structuredContent: value };
  } catch (error) {
    return toToolResult(asFault(error), context.request_id);
  }
}

/** Who did not sign in is served what is public; the endpoint has challenged the rest, and /mcp/public has no more. */
export function findTool(catalogue: MergedCatalogue, name: string, caller: Caller) {
  const entry = catalogue.tool(name);
  return entry?.public || isSignedIn(caller) ? entry : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
