import { asFault, type FailedToolResult, fault, toToolResult } from '@florin/faults';
import type { InputRequiredResult } from '@modelcontextprotocol/server';
import { isSignedIn } from '../auth/caller.js';
import type { MeshCall } from '../mesh/call.js';
import { takesKey } from '../mesh/catalogue.js';
import type { MergedCatalogue } from '../mesh/merged-catalogue.js';
import type { Approvals, ClientSide } from './approvals/approvals.js';
import type { Forward } from './forward.js';
import type { RequestContext } from './request-context.js';
import { toProtocolError } from './rpc-error.js';
import { isSelected } from './selection.js';

/** A CallToolResult of MCP, as both paths give it. */
export type ToolResult =
  | { content: [{ type: 'text'; text: string }]; structuredContent: Record<string, unknown> }
  | FailedToolResult;

export interface ToolCall {
  name: string;
  arguments: Record<string, unknown>;
  signal: AbortSignal;
  on_progress?: MeshCall['on_progress'];
}

interface Serving {
  context: RequestContext;
  catalogue: MergedCatalogue;
  forward: Forward;
}

/**
 * Calls a tool for a client that may be asked to open a page for the person, where the tool needs their approval.
 *
 * @throws ProtocolError where there is no such tool, or the client repeats another call than the one that it was asked in
 */
export async function callToolAsking(
  call: ToolCall & { client: ClientSide },
  serving: Serving & { approvals: Approvals },
): Promise<ToolResult | InputRequiredResult> {
  const { caller } = serving.context;
  return serving.approvals({
    caller,
    tool: call.name,
    title: findTool(serving.catalogue, call.name, serving.context)?.tool.title ?? call.name,
    arguments: call.arguments,
    signal: call.signal,
    client: call.client,
    run: (args) => callTool({ ...call, arguments: args }, serving),
  });
}

/**
 * Calls a tool for whoever makes the request. A tool that fails says so in its result.
 *
 * @throws ProtocolError where there is no such tool
 */
export async function callTool(
  call: ToolCall,
  { context, catalogue, forward }: Serving,
): Promise<ToolResult> {
  const { name, signal, on_progress } = call;
  const entry = findTool(catalogue, name, context);
  if (entry === undefined) {
    const hint = catalogue.tool(name) ? `${PICKED} List the tools.` : 'List the tools.';
    const missing = fault('UNKNOWN_TOOL', `There is no tool ${name} here. ${hint}`);
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
        keyed: takesKey(entry) && typeof call.arguments.idempotency_key === 'string',
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

const PICKED =
  'This connection serves other toolsets only: the person can add it to ?toolsets= in its address.';

/**
 * Who did not sign in is served what is public; the endpoint has challenged the rest, and /mcp/public has no more. Of who
 * chose toolsets the others are kept away; what merely is not in the default list can be called.
 */
export function findTool(catalogue: MergedCatalogue, name: string, { caller, selection }: RequestContext) {
  const entry = catalogue.tool(name);
  if (entry === undefined || !isSelected(selection, entry.provider)) return undefined;
  return entry.public || isSignedIn(caller) ? entry : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
