import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { EmptyResultSchema } from '@modelcontextprotocol/sdk/types.js';

export interface SessionServer {
  url: string;
  /** What calls of `wait` came to. */
  cancelled: string[];
  sessions: number;
  /** As a restart: streams break, nobody is remembered. @param away what happens while it is down */
  restart(away?: () => Promise<void>): Promise<void>;
  /** Tells all clients, by their standing streams, that the tools are others. */
  tell(): Promise<void>;
  stop(): Promise<void>;
}

/** A server of the 2025 revisions that keeps sessions, asks its clients, and forgets them when it is started again. */
export async function startSessionServer(): Promise<SessionServer> {
  const cancelled: string[] = [];
  const transports = new Map<string, StreamableHTTPServerTransport>();
  let sessions = 0;

  const open = async () => {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void transports.set(id, transport),
    });
    sessions += 1;
    // Its types are from before exactOptionalPropertyTypes.
    await createTools(cancelled).connect(transport as Parameters<McpServer['connect']>[0]);
    return transport;
  };
  const serve = () =>
    createServer(async (request, response) => {
      const id = request.headers['mcp-session-id'];
      const known = typeof id === 'string' ? transports.get(id) : undefined;
      if (id !== undefined && known === undefined) return void response.writeHead(404).end();
      await (known ?? (await open())).handleRequest(request, response);
    });
  let server = serve();
  const listen = (port: number) =>
    new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', () => resolve()));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}/mcp`,
    cancelled,
    get sessions() {
      return sessions;
    },
    async restart(away) {
      await close();
      await away?.();
      transports.clear();
      server = serve();
      await listen(port);
    },
    async tell() {
      const changed = { jsonrpc: '2.0' as const, method: 'notifications/tools/list_changed' };
      for (const transport of transports.values()) await transport.send(changed);
    },
    stop: close,
  };
}

function createTools(cancelled: string[]): McpServer {
  const mcp = new McpServer({ name: 'sessions', version: '1' });
  const text = (said: string) => ({ content: [{ type: 'text' as const, text: said }] });
  mcp.registerTool('ask', { description: 'Asks the person.' }, async ({ requestId }) => {
    const answer = await mcp.server.elicitInput(
      {
        message: 'Which colour?',
        requestedSchema: { type: 'object', properties: { colour: { type: 'string' } } },
      },
      { relatedRequestId: requestId },
    );
    return text(`${answer.action}: ${answer.content?.colour}`);
  });
  mcp.registerTool('count', { description: 'Counts.' }, async (extra) => {
    const progressToken = extra._meta?.progressToken ?? 0;
    for (const progress of [1, 2, 3]) {
      const params = { progressToken, progress, total: 3 };
      await extra.sendNotification({ method: 'notifications/progress', params });
      // Clients forget who wanted progress when the result is there: this one has to have seen it first.
      await extra.sendRequest({ method: 'ping' }, EmptyResultSchema);
    }
    return text('counted');
  });
  mcp.registerTool('wait', { description: 'Waits until it is cancelled.' }, async (extra) => {
    await new Promise<void>((resolve) => extra.signal.addEventListener('abort', () => resolve()));
    cancelled.push('wait');
    return text('cancelled');
  });
  return mcp;
}
