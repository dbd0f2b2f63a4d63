import type { Server, ServerContext } from '@modelcontextprotocol/server';
import type { MeshCall } from '../mesh/call.js';
import { callTool } from './call-tool.js';
import type { Serving } from './server.js';

export function serveTools(server: Server, serving: Serving): void {
  server.setRequestHandler('tools/list', () => ({ tools: serving.view.tools }));

  server.setRequestHandler('tools/call', ({ params }, { mcpReq }) =>
    callTool(
      {
        name: params.name,
        arguments: params.arguments ?? {},
        signal: mcpReq.signal,
        on_progress: progressTo(mcpReq),
      },
      serving,
    ),
  );
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
