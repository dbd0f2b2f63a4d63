import { asFault, fault, toToolResult } from '@florin/faults';
import type { Server, ServerContext } from '@modelcontextprotocol/server';
import { isSignedIn } from '../auth/caller.js';
import type { MeshCall } from '../mesh/call.js';
import { toProtocolError } from './rpc-error.js';
import type { Serving } from './server.js';

export function serveTools(server: Server, { context, catalogue, view, forward }: Serving): void {
  server.setRequestHandler('tools/list', () => ({ tools: view.tools }));

  server.setRequestHandler('tools/call', async ({ params }, { mcpReq }) => {
    const entry = catalogue.tool(params.name);
    // Who did not sign in is served what is public; the endpoint has challenged the rest, and /mcp/public has no more.
    if (entry === undefined || !(entry.public || isSignedIn(context.caller))) {
      const missing = fault('UNKNOWN_TOOL', `There is no tool ${params.name} here. List the tools.`);
      throw toProtocolError(missing, context.request_id);
    }
    const args = params.arguments ?? {};
    try {
      const { text, value } = await forward(
        {
          kind: 'tool',
          name: params.name,
          label: params.name,
          provider: entry.provider,
          arguments_json: Buffer.from(JSON.stringify(args)),
          read_only: entry.tool.annotations?.readOnlyHint === true,
          keyed: typeof args.idempotency_key === 'string',
          signal: mcpReq.signal,
          on_progress: progressTo(mcpReq),
        },
        context,
        isObject,
      );
      return { content: [{ type: 'text', text }], structuredContent: value };
    } catch (error) {
      return toToolResult(asFault(error), context.request_id);
    }
  });
}

/** Clients that want progress say so by a token. */
function progressTo({ _meta, notify }: ServerContext['mcpReq']): MeshCall['on_progress'] {
  const progressToken = _meta?.progressToken;
  if (progressToken === undefined) return undefined;
  return ({ progress, total, message }) => {
    const params = { progressToken, progress, ...(total > 0 && { total }), ...(message && { message }) };
    // A client that has gone away misses its progress, and nothing else.
    notify({ method: 'notifications/progress', params }).catch(() => undefined);
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
