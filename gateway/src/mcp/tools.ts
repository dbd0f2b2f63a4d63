import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { MeshCall } from '../mesh/call.js';
import { callToolAsking } from './call-tool.js';
import { limitProgress } from './limit-progress.js';
import { pageOf } from './page-of.js';
import type { Serving } from './server.js';

export function serveTools(server: Server, serving: Serving): void {
  server.setRequestHandler('tools/list', ({ params }) => {
    const { items, ...next } = pageOf(serving.view.tools, params, serving.context);
    return { tools: items, ...next };
  });

  server.setRequestHandler('tools/call', ({ params }, sdkContext) => {
    const { mcpReq } = sdkContext;
    const fixture = serving.fixtures?.tools.get(params.name);
    if (fixture !== undefined) return fixture(params, sdkContext);
    return callToolAsking(
      {
        name: params.name,
        arguments: params.arguments ?? {},
        signal: mcpReq.signal,
        on_progress: progressTo(mcpReq),
        client: {
          // Since 2026-07-28 each request says what its client can do; before that the session does, where there is one.
          capabilities: capabilitiesIn(mcpReq) ?? server.getClientCapabilities(),
          request_state: mcpReq.requestState(),
          input_responses: mcpReq.inputResponses,
        },
      },
      serving,
    );
  });
}

function capabilitiesIn({ envelope }: ServerContext['mcpReq']): ClientCapabilities | undefined {
  return (envelope as Record<string, ClientCapabilities> | undefined)?.[CLIENT_CAPABILITIES_META_KEY];
}

/** Clients that want progress say so by a token. */
function progressTo({ _meta, notify }: ServerContext['mcpReq']): MeshCall['on_progress'] {
  const progressToken = _meta?.progressToken;
  if (progressToken === undefined) return undefined;
  return limitProgress(({ progress, total, message }) => {
    const params = { progressToken, progress, ...(total > 0 && { total }), ...(message && { message }) };
    // A client that has gone away misses its progress, and nothing else.
    notify({ method: 'notifications/progress', params }).catch(() => undefined);
  });
}
